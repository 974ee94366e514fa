"""Joins two interfaces as a cable would, and harms TCP segments on the way, as a seed says. Needs root.

usage: lossy_link.py INTERFACE INTERFACE SEED LOSS DOUBLE LATE [MARK TIMES]      (the three in per mille of the segments)

Segments that contain MARK are lost the first TIMES times.

Says "ready", runs until its input ends, and then says how many segments it lost, doubled and delayed.
"""
import heapq
import random
import select
import socket
import sys
import time

HELD_SECONDS = 0.015
OUTGOING = 4
IPV4_TCP = (b"\x08\x00", 6)


def opened(interface):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    end.bind((interface, 0))
    end.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)
    return end


def is_tcp(frame):
    return (frame[12:14], frame[23] if len(frame) > 23 else 0) == IPV4_TCP


def main():
    ends = [opened(name) for name in sys.argv[1:3]]
    chance = random.Random(int(sys.argv[3]))
    loss, double, late = (int(text) for text in sys.argv[4:7])
    mark, times = (sys.argv[7].encode(), int(sys.argv[8])) if len(sys.argv) > 7 else (b"", 0)
    counts = {"lost": 0, "doubled": 0, "late": 0}
    held, order = [], 0
    print("ready", flush=True)
    while True:
        wait = max(0, held[0][0] - time.monotonic()) if held else 1
        ready = select.select([*ends, sys.stdin], [], [], wait)[0]
        if sys.stdin in ready and not sys.stdin.read(1):
            break
        for end in ready:
            if end is sys.stdin:
                continue
            frame, address = end.recvfrom(1 << 16)
            if address[2] == OUTGOING:
                continue
            onwards = ends[1 - ends.index(end)]
            if times > 0 and mark in frame and is_tcp(frame):
                times -= 1
                counts["lost"] += 1
                continue
            dice = chance.randrange(1000) if is_tcp(frame) else 1000
            if dice < loss:
                counts["lost"] += 1
            elif dice < loss + double:
                counts["doubled"] += 1
                onwards.send(frame)
                onwards.send(frame)
            elif dice < loss + double + late:
                counts["late"] += 1
                order += 1
                heapq.heappush(held, (time.monotonic() + HELD_SECONDS, order, onwards, frame))
            else:
                onwards.send(frame)
        while held and held[0][0] <= time.monotonic():
            _, _, onwards, frame = heapq.heappop(held)
            onwards.send(frame)
    print(counts, flush=True)


main()
