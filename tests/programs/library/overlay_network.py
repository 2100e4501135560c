"""Fixes of CPython 3.14.10 in modules about mail and HTTP."""
import email.charset
import email.message
import email.policy
import hmac
import http.client
import http.cookiejar
import http.server
import io
import ipaddress
import mailbox
import netrc
import os
import tempfile
import urllib.request
import warnings


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as e:
        return type(e).__name__, str(e)


message = email.message.EmailMessage()
message["To"] = '"Dünn, Anna <x>" <a@example.org>'
message["Subject"] = "s"
print(message.as_string())
email.charset.add_charset("koi8-r", None, email.charset.BASE64, "utf-8")
message.set_content("мир", charset="koi8-r")
print(message["Content-Type"], message["Content-Transfer-Encoding"], message.get_payload())
outer = email.message.EmailMessage()
outer["Content-Type"] = "multipart/mixed"
inner = email.message.EmailMessage()
inner["Content-Type"] = "multipart/alternative"
inner.set_payload("text")
outer.set_payload([inner])
print(outer.get_body())

class Digest:
    digest_size = 4
    def __init__(self, data=b""):
        self.data = data
    def update(self, data):
        self.data += data
    def digest(self):
        return self.data[:4]
class Tiny(Digest):
    block_size = 8
for digest in Digest, Tiny:
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        print(hmac.digest(b"k", b"m", digest), [str(w.message) for w in log])
print(attempt(hmac.digest, "k", b"m", Digest))

class Socket:
    def __init__(self, data):
        self.data = data
    def makefile(self, mode):
        return io.BytesIO(self.data)
def response(data):
    r = http.client.HTTPResponse(Socket(data))
    r.begin()
    return r.status, r.read()
print(attempt(response, b"HTTP/1.1 100 Continue\r\n\r\n" * 99 + b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"))
print(attempt(response, b"HTTP/1.1 100 Continue\r\n\r\n" * 101 + b"HTTP/1.1 200 OK\r\n\r\n"))
chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
for count in 0, 100, 101:
    print(attempt(response, chunked + b"a: b\r\n" * count + b"\r\n"))

class Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, line):
        self.raw_requestline, self.wfile, self.rfile = line, io.BytesIO(), io.BytesIO(b"\r\n")
        self.client_address = "host", 1
        print(line, self.parse_request(), self.wfile.getvalue().split(b"\r\n")[0])
    def log_message(self, *args):
        pass
    def date_time_string(self, *args):
        return "now"
for line in b"GET", b"GET / HTTP/x", b"POST /", b"GET / HTTP/3.0", b"GET / HTTP/1.1 x":
    Handler(line + b"\r\n")

for text in "fe80::1%eth0", "fe80::1%eth0/64", "1::/16":
    cls = ipaddress.IPv6Network if text == "1::/16" else ipaddress.ip_interface if "/" in text else ipaddress.ip_address
    print(cls(text).exploded)

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "netrc")
    with open(path, "w") as f:
        f.write('machine a login "" password p\n# comment\nmachine b login u\n')
    print(attempt(netrc.netrc, path).hosts)
    path = os.path.join(folder, "cookies")
    with open(path, "w") as f:
        f.write("# netscape http cookie file\nexample.org\tFALSE\t/\tFALSE\t0\ta\tb\n")
    jar = http.cookiejar.MozillaCookieJar()
    jar.load(path, ignore_discard=True)
    print([(c.name, c.value, c.expires, c.discard) for c in jar])
    box = mailbox.Babyl(os.path.join(folder, "babyl"))
    shown = mailbox.BabylMessage()
    shown["Subject"] = "full"
    shown.set_payload("body\n")
    visible = email.message.Message()
    visible["Subject"] = "seen"
    shown.set_visible(visible)
    key = box.add(shown)
    box.flush()
    print(box.get_message(key).get_visible().items())
    box.close()

policy = http.cookiejar.DefaultCookiePolicy(rfc2965=True)
cookie = http.cookiejar.Cookie(-1, "n", "v", None, False, "other.org", True, True, "/", True, False, None, True, None, None, {})
request = urllib.request.Request("http://example.org/")
print(policy.set_ok_version(cookie, request), policy.return_ok_version(cookie, request))

manager = urllib.request.HTTPPasswordMgrWithPriorAuth()
manager.add_password("realm", "https://example.org/", "user", "secret", is_authenticated=True)
for uri in "https://example.org/a", "http://example.org/a", "example.org":
    print(uri, manager.find_user_password("realm", uri), manager.is_authenticated(uri))

warnings.simplefilter("ignore")
import nturl2path
print(attempt(nturl2path.pathname2url, "C:\\a\\\udcff"), ascii(attempt(nturl2path.url2pathname, "///C:/a%FF")))
