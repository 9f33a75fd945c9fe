"""Makes and reads Mobile IP messages with scapy and Python's hashlib and hmac, independent of our code.

Reads a JSON array of tasks, writes a JSON array of results. {"make": ...}: the octets of an Ethernet frame, in hexadecimal.
{"read": octets}: the fields of the registration message that scapy finds in a UDP payload.
"""

import hashlib
import hmac
import json
import struct
import sys

from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import Ether
from scapy.layers.mobileip import MobileIP, MobileIPRRP, MobileIPRRQ
from scapy.packet import Raw

HEADER = {"keyed-md5": 16, "hmac-md5": 16, "hmac-sha256": 32}


def authenticator(algorithm, key, covered):
    if algorithm == "keyed-md5":
        return hashlib.md5(key + covered + key).digest()
    return hmac.digest(key, covered, algorithm.removeprefix("hmac-"))


def signed(message, extensions):
    for extension in extensions:
        if "data" in extension:
            data = bytes.fromhex(extension["data"])
            message += struct.pack("!BB", extension["type"], len(data)) + data
            continue
        algorithm, key = extension["algorithm"], bytes.fromhex(extension["key"])
        message += struct.pack("!BBI", extension["type"], 4 + HEADER[algorithm], extension["spi"])
        message += authenticator(algorithm, key, message)
    return message


def registration(task):
    if task["make"] == "request":
        body = MobileIPRRQ(
            flags=task["flags"],
            lifetime=task["lifetime"],
            homeaddr=task["homeAddress"],
            haaddr=task["homeAgent"],
            coaddr=task["careOfAddress"],
            id=int(task["identification"], 16),
        )
        fixed = MobileIP(type=1) / body
    else:
        body = MobileIPRRP(
            code=task["code"],
            lifetime=task["lifetime"],
            homeaddr=task["homeAddress"],
            haaddr=task["homeAgent"],
            id=int(task["identification"], 16),
        )
        fixed = MobileIP(type=3) / body
    return signed(bytes(fixed), task["extensions"])


def frame(task):
    link = Ether(src=task["mac"], dst="02:aa:bb:cc:dd:ee")
    if task["make"] == "solicitation":
        return link / IP(src=task["homeAddress"], dst="224.0.0.11", ttl=1) / ICMP(type=10, code=0)
    udp = UDP(sport=task["port"], dport=434)
    return link / IP(src=task["homeAddress"], dst=task["homeAgent"], ttl=255) / udp / Raw(registration(task))


def read(octets):
    message = MobileIP(octets)
    if message.type == 1:
        body = message[MobileIPRRQ]
        return {
            "flags": int(body.flags),
            "lifetime": body.lifetime,
            "homeAddress": body.homeaddr,
            "homeAgent": body.haaddr,
            "careOfAddress": body.coaddr,
            "identification": f"{body.id:016x}",
        }
    body = message[MobileIPRRP]
    return {
        "code": body.code,
        "lifetime": body.lifetime,
        "homeAddress": body.homeaddr,
        "homeAgent": body.haaddr,
        "identification": f"{body.id:016x}",
    }


def main():
    tasks = json.load(sys.stdin)
    results = [
        read(bytes.fromhex(task["read"])) if "read" in task else bytes(frame(task)).hex() for task in tasks
    ]
    json.dump(results, sys.stdout)


main()
