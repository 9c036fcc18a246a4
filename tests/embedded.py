# SPDX-License-Identifier: LGPL-2.1-or-later
"""Instances inside of replies: as elements where the schema says object, else as CIM-XML text.

usage: embedded.py HYPERV_SIM

GetSummaryInformation is asked as virt-who asks it, with an input element of a namespace that is not
the class's, and read with the paths that virt-who reads it with."""
import base64
import sys
import urllib.request
from xml.etree import ElementTree

import tap
from libvirtdriver import ADDRESSING, SOAP, WMI, WSMAN, XSI, Sim

SIM = sys.argv[1]
V2 = WMI + 'root/virtualization/v2/'
SERVICE, SUMMARY = V2 + 'Msvm_VirtualSystemManagementService', V2 + 'Msvm_SummaryInformation'
SETTINGS = V2 + 'Msvm_VirtualSystemSettingData'
WEB01, BUILD_AGENT = 'DA544605-7DB3-4A68-8931-78277B4AAC9D', '561A65AA-CA83-4D5A-B4AC-DFA86CFC9283'


def post(sim, body):
    login = base64.b64encode(f'{sim.user}:{sim.password}'.encode()).decode()
    request = urllib.request.Request(f'http://{sim.address}/wsman', body.encode(), {
        'Content-Type': 'application/soap+xml;charset=UTF-8', 'Authorization': f'Basic {login}'})
    with urllib.request.urlopen(request, timeout=30) as reply:
        text = reply.read().decode()
    return text, ElementTree.fromstring(text)


def invoke(sim, class_uri, method, selectors, content):
    chosen = ''.join(f'<wsman:Selector Name="{name}">{value}</wsman:Selector>'
                     for name, value in selectors.items())
    return post(sim, (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:wsa="{ADDRESSING}" xmlns:wsman="{WSMAN}"><s:Header>'
        f'<wsa:Action s:mustUnderstand="true">{class_uri}/{method}</wsa:Action>'
        f'<wsa:To s:mustUnderstand="true">http://{sim.address}/wsman</wsa:To>'
        f'<wsman:ResourceURI s:mustUnderstand="true">{class_uri}</wsman:ResourceURI>'
        '<wsa:MessageID s:mustUnderstand="true">uuid:4ED1A5B8-7E0B-4F6C-8D6A-1B0E5F0C2A31'
        f'</wsa:MessageID><wsa:ReplyTo><wsa:Address>{ADDRESSING}/role/anonymous</wsa:Address>'
        f'</wsa:ReplyTo><wsman:SelectorSet>{chosen}</wsman:SelectorSet></s:Header><s:Body>'
        f'<wsman:{method}_INPUT xmlns:p="{class_uri}">{content}</wsman:{method}_INPUT>'
        '</s:Body></s:Envelope>'))


def summarize(sim, codes, settings=()):
    """The entries of the answer, and its text."""
    chosen = ''.join(
        f'<p:SettingData><wsa:Address>{ADDRESSING}/role/anonymous</wsa:Address>'
        f'<wsa:ReferenceParameters><wsman:ResourceURI>{SETTINGS}</wsman:ResourceURI>'
        f'<wsman:SelectorSet><wsman:Selector Name="InstanceID">Microsoft:{one}</wsman:Selector>'
        '</wsman:SelectorSet></wsa:ReferenceParameters></p:SettingData>' for one in settings)
    asked = ''.join(f'<p:RequestedInformation>{code}</p:RequestedInformation>' for code in codes)
    text, root = invoke(sim, SERVICE, 'GetSummaryInformation', {
        'CreationClassName': 'Msvm_VirtualSystemManagementService',
        'SystemCreationClassName': 'Msvm_ComputerSystem'}, chosen + asked)
    output = root.find(f'{{{SOAP}}}Body/{{{SERVICE}}}GetSummaryInformation_OUTPUT')
    assert output.findtext(f'{{{SERVICE}}}ReturnValue') == '0', text
    assert output[-1].tag.endswith('}ReturnValue'), 'ReturnValue is not the last'
    return [one for one in output if one.tag == f'{{{SERVICE}}}SummaryInformation'], text


def on_2019(run):
    def test():
        sim = Sim(SIM, '2019')
        try:
            run(sim)
        finally:
            sim.close()
    test.__doc__ = run.__doc__
    return test


@on_2019
def as_virt_who(sim):
    """virt-who reads names and states of all machines from one call"""
    found, _ = summarize(sim, (0, 1, 100))
    states = {one.findtext(f'{{{SUMMARY}}}ElementName'): one.findtext(f'{{{SUMMARY}}}EnabledState')
              for one in found}
    assert states == {'web01': '2', 'db01': '3', 'build-agent': '6', 'win10-lab': '9',
                      'test vm with spaces': '3', 'app02': '2'}, states


@on_2019
def null_and_absent(sim):
    """What was not asked for is nil, an array that was not is absent"""
    (one,), _ = summarize(sim, (0,), (WEB01,))
    assert one.find(f'{{{SUMMARY}}}UpTime').get(f'{{{XSI}}}nil') == 'true'
    assert one.find(f'{{{SUMMARY}}}OperationalStatus') is None
    assert one.findtext(f'{{{SUMMARY}}}Name') == WEB01
    names = [child.tag.rsplit('}', 1)[1].lower() for child in one]
    assert names == sorted(names), names


@on_2019
def objects(sim):
    """Checkpoints are elements of their own class inside of the entry"""
    (one,), _ = summarize(sim, (107,), (BUILD_AGENT,))
    inner = one.findall(f'{{{SUMMARY}}}Snapshots')
    assert len(inner) == 4, len(inner)
    for checkpoint in inner:
        assert checkpoint.get(f'{{{XSI}}}type') is not None, checkpoint.attrib
        assert checkpoint.findtext(f'{{{SETTINGS}}}VirtualSystemIdentifier') == BUILD_AGENT


@on_2019
def in_the_order_of_the_question(sim):
    """Two machines and one that is not there: three entries, the last with an empty name"""
    found, _ = summarize(sim, (1,), (BUILD_AGENT, WEB01, 'nobody'))
    assert [one.findtext(f'{{{SUMMARY}}}Name') for one in found] == [BUILD_AGENT, WEB01, '']


tap.run([as_virt_who, null_and_absent, objects, in_the_order_of_the_question])
