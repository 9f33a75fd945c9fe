"""Asks a home agent for registrations as fast as it answers: registrations.py BINDINGS REQUESTS ALGORITHM PROCESS.

Signs and checks by Python's hmac, so it is an independent judge: a reply that is missing, refuses, or has a wrong
authenticator ends it. Prints how many re-registrations were answered in a second, and in a second of the processor time
that the home agent, a process of that number, had: where others use the machine too, the latter is what it can do.
Signing and checking are not in the time: prepared requests are sent, a window of them unanswered, and the replies looked at
afterwards. Where the machine stood still for so long that a part's Identifications grew old (code 133), the part is done
anew and does not count.
"""

import hmac
import os
import socket
import struct
import sys
import time

HOME_AGENT = ("10.1.0.1", 434)
CARE_OF_ADDRESS = socket.inet_aton("10.255.2.2")
FIRST_HOME_ADDRESS = 0x0A010002
KEY = bytes.fromhex("00112233445566778899aabbccddeeff")
SPI = 0x102
LIFETIME_SECONDS = 3600
WINDOW = 64
# The Identifications of a part must not grow older than the tolerance of the home agent, 7 s.
PART = 250
MOST_ATTEMPTS = 20
IDENTIFICATION_MISMATCH = 133
REPLY_LENGTH = 20
UNIX_EPOCH_SECONDS = 2_208_988_800


def authenticator(message, algorithm):
    return hmac.digest(KEY, message, algorithm)


def extension_header(algorithm):
    return struct.pack("!BBI", 32, 4 + {"md5": 16, "sha256": 32}[algorithm], SPI)


def request(index, identification, algorithm):
    fixed = struct.pack("!BBH", 1, 0x02, LIFETIME_SECONDS) + struct.pack("!I", FIRST_HOME_ADDRESS + index)
    fixed += socket.inet_aton(HOME_AGENT[0]) + CARE_OF_ADDRESS + struct.pack("!Q", identification)
    signed = fixed + extension_header(algorithm)
    return signed + authenticator(signed, algorithm)


def is_accepted(reply, wanted, algorithm):
    """False where it came too late to be accepted; whatever else is wrong ends it."""
    code, identification = reply[1], struct.unpack_from("!Q", reply, 12)[0]
    signed = reply[: REPLY_LENGTH + 6]
    if reply[REPLY_LENGTH + 6 :] != authenticator(signed, algorithm):
        sys.exit(f"authenticator of {reply.hex()}")
    if code == IDENTIFICATION_MISMATCH:
        return False
    if code != 0 or reply[4:8] != wanted[4:8] or identification != struct.unpack_from("!Q", wanted, 16)[0]:
        sys.exit(f"reply {reply.hex()} to {wanted.hex()}")
    return True


def exchange(sender, requests):
    """The replies, in the order of the requests, and the seconds that it took."""
    replies = []
    began = time.perf_counter()
    for message in requests[:WINDOW]:
        sender.send(message)
    for message in requests[WINDOW:]:
        replies.append(sender.recv(1500))
        sender.send(message)
    while len(replies) < len(requests):
        replies.append(sender.recv(1500))
    return replies, time.perf_counter() - began


def processor_seconds(process):
    with open(f"/proc/{process}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[0]) / 1e9


class Times:
    """Seconds, and those of them that the home agent had a processor."""

    def __init__(self):
        self.seconds = 0.0
        self.processor_seconds = 0.0


def register(sender, indexes, algorithm, process, times):
    """Once each, in as many attempts as it takes."""
    for _ in range(MOST_ATTEMPTS):
        first = int((time.time() + UNIX_EPOCH_SECONDS) * 2**32)
        requests = [request(index, first + order, algorithm) for order, index in enumerate(indexes)]
        before = processor_seconds(process)
        replies, took = exchange(sender, requests)
        used = processor_seconds(process) - before
        accepted = [is_accepted(reply, wanted, algorithm) for reply, wanted in zip(replies, requests)]
        if all(accepted):
            times.seconds += took
            times.processor_seconds += used
            return
    sys.exit("this machine stands still too often and too long")


def run(sender, bindings, count, algorithm, process):
    times = Times()
    for begin in range(0, count, PART):
        indexes = [index % bindings for index in range(begin, min(begin + PART, count))]
        register(sender, indexes, algorithm, process, times)
    return times


def main():
    bindings, count, algorithm, process = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind((socket.inet_ntoa(CARE_OF_ADDRESS), 0))
    sender.connect(HOME_AGENT)
    sender.settimeout(30)
    run(sender, bindings, bindings, algorithm, process)
    times = run(sender, bindings, count, algorithm, process)
    print(round(count / times.seconds), round(count / times.processor_seconds))


main()
