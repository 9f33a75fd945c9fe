# shellcheck shell=bash
# A mobile node with Mobile IP software of its own, as a few lines of Python.

write_registering_program() {
  cat >"$WORK/register.py" <<'PYTHON'
import hashlib, hmac, socket, struct, sys, time

home, home_agent, asked, care_of, flags, lifetime, extensions = sys.argv[1:]
now = time.time()
identification = struct.pack('>II', int(now) + 2208988800, int(now % 1 * 2**32))
message = struct.pack('>BBH', 1, int(flags), int(lifetime))
message += b''.join(map(socket.inet_aton, (home, home_agent, care_of))) + identification
message += struct.pack('>BBI', 32, 20, 0x102)
message += hmac.new(b'0987654', message, hashlib.md5).digest()
message += bytes.fromhex(extensions)
asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asking.settimeout(5)
if asked != home_agent:
    asking.bind((home, 0))
    asking.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 255)  # RFC 3024, 3.2
asking.sendto(message, (asked, 434))
print(asking.recv(1500)[1])
PYTHON
}

# register BOX HOME_ADDRESS HOME_AGENT CARE_OF_ADDRESS FLAGS LIFETIME: at the home agent itself; what code it answers.
register() {
  on "$1" python3 "$WORK/register.py" "$2" "$3" "$3" "$4" "$5" "$6" ''
}

# register_through FOREIGN_AGENT BOX ...: from its home address; EXTENSIONS, in hexadecimal, come behind the authenticator.
register_through() {
  on "$2" python3 "$WORK/register.py" "$3" "$4" "$1" "$5" "$6" "$7" "$8"
}
