# Usage: fw4-probe.py RULESET: for each line of the standard input, HOST SOURCE DESTINATION PROTOCOL [PORT [SOURCE_PORT]], loads
# the ruleset, sends one packet from the host, its source as told, and prints which rules of fw4 have counted it.

import ctypes
import os
import re
import socket
import struct
import subprocess
import sys

ICMP, TCP, UDP = 1, 6, 17
CLONE_NEWNET = 0x40000000
COUNTED = re.compile(r'counter packets [1-9]\d* .*comment "(.*)"$', re.MULTILINE)


def payload_of(protocol, port, source_port):
    if protocol == ICMP:
        return struct.pack("!BBHHH", 8, 0, 0xF7FF - 1, 0, 1)
    if protocol == UDP:
        # A checksum of zero is none.
        return struct.pack("!HHHH", source_port, port, 8, 0)
    if protocol == TCP:
        return struct.pack("!HHIIBBHHH", source_port, port, 0, 0, 0x50, 0x02, 1024, 0, 0)
    return bytes(8)


def send(source, destination, protocol, port=0, source_port=40000):
    payload = payload_of(int(protocol), int(port), int(source_port))
    addresses = socket.inet_aton(source) + socket.inet_aton(destination)
    # The kernel fills in lengths, identification and checksum.
    header = struct.pack("!BBHHHBBH", 0x45, 0, 0, 0, 0, 64, int(protocol), 0) + addresses
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender:
        sender.sendto(header + payload, (destination, 0))


def enter(network):
    if ctypes.CDLL(None, use_errno=True).setns(network, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


router = os.open("/proc/self/ns/net", os.O_RDONLY)
for line in sys.stdin:
    host, *words = line.split()
    # As at a reload of the firewall; the counters begin anew.
    subprocess.run(["nft", "-f", sys.argv[1]], check=True)
    if host != "router":
        enter(os.open(f"/run/netns/{host}", os.O_RDONLY))
    send(*words)
    enter(router)
    rules = subprocess.run(["nft", "list", "table", "inet", "fw4"], check=True, capture_output=True, text=True).stdout
    print(*COUNTED.findall(rules))
