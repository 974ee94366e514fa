"""Joins two interfaces as a cable would, but for what lets a request and the other side's good-bye pass each other. Needs root.

usage: crossing_link.py NEAR FAR MARK

The first segment from FAR with FIN or RST and the first from NEAR that contains MARK wait for each other: neither host can have
known of the other's. A SYN+ACK is held for a while, so that the two have a round trip to pass each other in.

Says "ready", runs until its input ends.
"""
import select
import socket
import sys
import time

SYN_ACK_SECONDS = 0.6
OUTGOING = 4
FIN, SYN, RST, ACK = 1, 2, 4, 16


def opened(interface):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    end.bind((interface, 0))
    return end


def flags(frame):
    is_tcp = frame[12:14] == b"\x08\x00" and len(frame) > 23 and frame[23] == 6
    return frame[14 + (frame[14] & 15) * 4 + 13] if is_tcp else 0


def main():
    near, far = opened(sys.argv[1]), opened(sys.argv[2])
    mark = sys.argv[3].encode()
    request, good_bye, crossed = [], [], False
    late = []
    print("ready", flush=True)
    while True:
        wait = max(0, late[0][0] - time.monotonic()) if late else 1
        ready = select.select([near, far, sys.stdin], [], [], wait)[0]
        if sys.stdin in ready and not sys.stdin.read(1):
            break
        for end in (end for end in (near, far) if end in ready):
            frame, address = end.recvfrom(1 << 16)
            if address[2] == OUTGOING:
                continue
            if end is far and flags(frame) & (SYN | ACK) == SYN | ACK:
                late.append((time.monotonic() + SYN_ACK_SECONDS, frame))
            elif not crossed and end is far and (good_bye or flags(frame) & (FIN | RST)):
                good_bye.append(frame)
            elif not crossed and end is near and (request or mark in frame):
                request.append(frame)
            else:
                (far if end is near else near).send(frame)
            if not crossed and request and good_bye:
                crossed = True
                for frame in good_bye:
                    near.send(frame)
                for frame in request:
                    far.send(frame)
        while late and late[0][0] <= time.monotonic():
            near.send(late.pop(0)[1])


main()
