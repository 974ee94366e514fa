"""Captures an interface into a classic pcap file with nanoseconds. Needs root.

usage: capture.py INTERFACE FILE

Says "ready", runs until its input ends.
"""
import select
import socket
import struct
import sys

SO_RCVBUFFORCE = 33
SO_TIMESTAMPNS = 35


def main():
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    end.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
    end.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    end.bind((sys.argv[1], 0))
    with open(sys.argv[2], "wb") as out:
        out.write(struct.pack("<IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        print("ready", flush=True)
        while True:
            ready = select.select([end, sys.stdin], [], [])[0]
            if end in ready:
                frame, about, _, _ = end.recvmsg(1 << 17, 256)
                seconds, nanos = struct.unpack("qq", next(data for _, kind, data in about if kind == SO_TIMESTAMPNS)[:16])
                out.write(struct.pack("<IIII", seconds, nanos, len(frame), len(frame)) + frame)
            elif sys.stdin in ready and not sys.stdin.read(1):
                break


main()
