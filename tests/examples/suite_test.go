// SPDX-License-Identifier: MIT-0

// A test suite in Go, for copying: the simulated host is a program that TestMain starts, and what
// is tested talks to it through github.com/masterzen/winrm.
//
//	go test -v suite_test.go
//
// It needs hyperv-sim on the PATH, and masterzen/winrm: from your module, or Debian's package
// golang-github-masterzen-winrm-dev (GOPATH=/usr/share/gocode GO111MODULE=off).
package suite

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/masterzen/winrm"
)

// ---- What is tested. Here it would be your package. ----

// freeGigabytes asks a host for the space on its drive D:, and once more when the host is busy.
func freeGigabytes(client *winrm.Client) (int, error) {
	var out, complaint bytes.Buffer
	code, err := client.Run(winrm.Powershell("(Get-PSDrive D).Free / 1GB"), &out, &complaint)
	if err != nil && strings.Contains(err.Error(), "503") {
		out.Reset()
		code, err = client.Run(winrm.Powershell("(Get-PSDrive D).Free / 1GB"), &out, &complaint)
	}
	if err != nil {
		return 0, err
	}
	if code != 0 {
		return 0, fmt.Errorf("exit code %d: %s", code, complaint.String())
	}
	return strconv.Atoi(strings.TrimSpace(out.String()))
}

// ---- How it is tested. ----

// What the host says to commands; `wait` is by its clock, which jumps.
const script = `powershell *Get-PSDrive D*
  wait 30s
  stdout 412
  exit 0
`

type object map[string]interface{}

// simulator is a simulated host and its control API: `hyperv-sim --verbs` lists the calls.
type simulator struct {
	control, endpoint, user, password string
}

var sim simulator

func TestMain(m *testing.M) {
	os.Exit(withSimulator(m.Run))
}

// withSimulator runs the tests while a simulator runs.
func withSimulator(run func() int) int {
	folder, err := os.MkdirTemp("", "suite")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "script")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		panic(err)
	}
	ready := filepath.Join(folder, "ready.json")
	command := exec.Command("hyperv-sim", "--http", "--control", "127.0.0.1:0", "--quiet",
		"--shell-script", path, "--ready-file", ready)
	output, err := command.StdoutPipe()
	if err != nil {
		panic(err)
	}
	if err := command.Start(); err != nil {
		panic(err)
	}
	defer command.Wait()
	defer command.Process.Signal(os.Interrupt)
	if _, err := bufio.NewReader(output).ReadString('\n'); err != nil {
		panic("hyperv-sim did not start: see above")
	}
	sim = readReady(ready)
	return run()
}

func readReady(path string) simulator {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	var env map[string]string
	if err := json.Unmarshal(text, &env); err != nil {
		panic(err)
	}
	password, err := os.ReadFile(env["HYPERV_SIM_PASSWORD_FILE"])
	if err != nil {
		panic(err)
	}
	return simulator{env["HYPERV_SIM_CONTROL"], env["HYPERV_SIM_ENDPOINT"],
		env["HYPERV_SIM_USER"], strings.TrimSpace(string(password))}
}

// call makes a call of the control API; a refusal ends the test.
func (s simulator) call(t *testing.T, path string, arguments object) {
	t.Helper()
	body, err := json.Marshal(arguments)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.Post(s.control+path, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(reply.Body)
		t.Fatalf("%s: %s", path, text)
	}
}

// host is the host as it is shipped, and a client; nothing may be left open behind the test.
func host(t *testing.T) *winrm.Client {
	t.Helper()
	sim.call(t, "/reset", object{})
	t.Cleanup(func() { sim.call(t, "/leaks/none", object{}) })
	where, err := url.Parse(sim.endpoint)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(where.Port())
	if err != nil {
		t.Fatal(err)
	}
	endpoint := winrm.NewEndpoint(where.Hostname(), port, false, false, nil, nil, nil, time.Minute)
	client, err := winrm.NewClient(endpoint, sim.user, sim.password)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestSaysHowMuchIsFree(t *testing.T) {
	client := host(t)
	free, err := freeGigabytes(client)
	if err != nil || free != 412 {
		t.Fatalf("expected 412, found %d, %v", free, err)
	}
	sim.call(t, "/journal/order", object{"order": []object{
		{"operation": "Create"}, {"operation": "Command"}, {"operation": "Receive"}}})
}

func TestAsksABusyHostOnceMore(t *testing.T) {
	client := host(t)
	sim.call(t, "/failures", object{
		"filter": "http-status", "status": 503, "operation": "Create", "count": 1})
	free, err := freeGigabytes(client)
	if err != nil || free != 412 {
		t.Fatalf("expected 412, found %d, %v", free, err)
	}
	sim.call(t, "/journal/expect", object{"operation": "Create", "exactly": 2})
	sim.call(t, "/journal/expect", object{"operation": "Command", "exactly": 1})
}

func TestRunsNothingTwiceWhenTheReplyIsLost(t *testing.T) {
	client := host(t)
	sim.call(t, "/failures", object{"filter": "lost-reply", "operation": "Command", "count": 1})
	if free, err := freeGigabytes(client); err == nil {
		t.Fatalf("expected an error, found %d", free)
	}
	sim.call(t, "/journal/expect", object{"operation": "Command", "exactly": 1})
}
