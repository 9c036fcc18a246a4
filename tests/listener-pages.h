/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "tests/listener-fixture.h"

/* What the listener says by itself, byte for byte, written out once more. */
#define POST "POST /wsman HTTP/1.1\r\nHost: sim\r\n"
#define TAIL "Server: Microsoft-HTTPAPI/2.0\r\nDate: " FIXTURE_DATE "\r\nConnection: close\r\n"
#define PAGE(status, reason, length, headline, sentence)                                           \
  "HTTP/1.1 " status " " reason "\r\n"                                                             \
  "Content-Type: text/html; charset=us-ascii\r\n" TAIL "Content-Length: " length "\r\n\r\n"        \
  "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\""                                            \
  "\"http://www.w3.org/TR/html4/strict.dtd\">\r\n"                                                 \
  "<HTML><HEAD><TITLE>" reason "</TITLE>\r\n"                                                      \
  "<META HTTP-EQUIV=\"Content-Type\" Content=\"text/html; charset=us-ascii\"></HEAD>\r\n"          \
  "<BODY><h2>" headline "</h2>\r\n<hr><p>HTTP Error " status ". " sentence "</p>\r\n"              \
  "</BODY></HTML>\r\n"
#define EMPTY(status, extra) "HTTP/1.1 " status " \r\n" extra TAIL "Content-Length: 0\r\n\r\n"
#define BAD(length, headline, sentence) PAGE ("400", "Bad Request", length, headline, sentence)

/* 246 bytes with this date, as Windows sends it. */
#define CHALLENGE                                                                                  \
  "HTTP/1.1 401 \r\nServer: Microsoft-HTTPAPI/2.0\r\nWWW-Authenticate: Negotiate\r\n"              \
  "WWW-Authenticate: Kerberos\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n"                      \
  "WWW-Authenticate: CredSSP\r\nDate: " FIXTURE_DATE "\r\nConnection: close\r\n"                   \
  "Content-Length: 0\r\n\r\n"
G_STATIC_ASSERT (sizeof CHALLENGE - 1 == 246);

#define BAD_LENGTH                                                                                 \
  BAD ("374", "Bad Request - Invalid Content Length",                                              \
       "There is an invalid content length or chunk length in the request.")
#define BAD_FORM BAD ("311", "Bad Request", "The request is badly formed.")
#define BAD_HEADER                                                                                 \
  BAD ("339", "Bad Request - Invalid Header", "The request has an invalid header name.")
#define BAD_HOST BAD ("334", "Bad Request - Invalid Hostname", "The request hostname is invalid.")
#define NOT_FOUND                                                                                  \
  PAGE ("404", "Not Found", "315", "Not Found", "The requested resource is not found.")
