# Usage: fw4-probe.py SOURCE DESTINATION PROTOCOL [PORT]: sends one packet, its source as told.

import socket
import struct
import sys

ICMP, UDP = 1, 17
source, destination, protocol = sys.argv[1], sys.argv[2], int(sys.argv[3])
port = int(sys.argv[4]) if len(sys.argv) > 4 else 0

if protocol == ICMP:
    payload = struct.pack("!BBHHH", 8, 0, 0xF7FF - 1, 0, 1)
elif protocol == UDP:
    # A checksum of zero is none.
    payload = struct.pack("!HHHH", 40000, port, 8, 0)
elif protocol == 6:
    payload = struct.pack("!HHIIBBHHH", 40000, port, 0, 0, 0x50, 0x02, 1024, 0, 0)
else:
    payload = bytes(8)

addresses = socket.inet_aton(source) + socket.inet_aton(destination)
# The kernel fills in lengths, identification and checksum.
header = struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64, protocol, 0) + addresses
with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
    sender.sendto(header + payload, (destination, 0))
