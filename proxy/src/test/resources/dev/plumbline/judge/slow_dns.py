"""A name server that thinks before it answers: every name has one address, which is IPv4.

usage: slow_dns.py ADDRESS SECONDS      says "ready", runs until its input ends
"""
import socket
import struct
import sys
import threading
import time

A, INTERNET, RESPONSE = 1, 1, 0x8180


def question(query):
    """What is asked, as it stands in the query: a name, its type, its class."""
    end = 12
    while query[end]:
        end += 1 + query[end]
    return query[12:end + 5], struct.unpack(">H", query[end + 1:end + 3])[0]


def answer(end, query, sender, address, seconds):
    time.sleep(seconds)
    asked, kind = question(query)
    record = struct.pack(">HHHIH", 0xC00C, A, INTERNET, 60, 4) + socket.inet_aton(address) if kind == A else b""
    end.sendto(query[:2] + struct.pack(">HHHHH", RESPONSE, 1, 1 if record else 0, 0, 0) + asked + record, sender)


def main():
    end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    end.bind(("127.0.0.1", 53))

    def serve():
        while True:
            query, sender = end.recvfrom(4096)
            threading.Thread(target=answer, args=(end, query, sender, sys.argv[1], float(sys.argv[2])), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()


main()
