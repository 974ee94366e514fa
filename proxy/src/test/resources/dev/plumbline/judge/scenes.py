"""Plays scenes between two hosts that make TCP do what it seldom does.

usage: scenes.py serve ADDRESS      says "ready", runs until its input ends
       scenes.py play ADDRESS       plays all scenes against it, then ends
"""
import socket
import struct
import sys
import threading
import time

BULK, SLOW, QUIET, RESET, TURNS, CLOSED = range(7001, 7007)
LINGER_NONE = struct.pack("ii", 1, 0)


def exactly(end, count):
    got = bytearray()
    while len(got) < count:
        part = end.recv(min(count - len(got), 1 << 16))
        if not part:
            break
        got += part
    return bytes(got)


def bulk(end):
    up, down = struct.unpack(">QQ", exactly(end, 16))
    exactly(end, up)
    end.sendall(bytes(down))


def slow(end):
    """Reads nothing at first, then little by little."""
    time.sleep(1.5)
    while end.recv(20000):
        time.sleep(0.02)


def quiet(end):
    while end.recv(100):
        pass


def reset(end):
    end.recv(100)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)


def turns(end):
    while len(exactly(end, 200)) == 200:
        end.sendall(bytes(300))


def serve(address):
    for port, scene in ((BULK, bulk), (SLOW, slow), (QUIET, quiet), (RESET, reset), (TURNS, turns)):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if scene is slow:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        listener.bind((address, port))
        listener.listen(50)
        threading.Thread(target=accept, args=(listener, scene), daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()


def accept(listener, scene):
    while True:
        end = listener.accept()[0]
        threading.Thread(target=run, args=(end, scene), daemon=True).start()


def run(end, scene):
    with end:
        try:
            scene(end)
        except OSError:
            pass


def connected(address, port, local=0, receive=0):
    end = socket.socket()
    end.settimeout(60)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if receive:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    if local:
        end.bind(("", local))
    end.connect((address, port))
    return end


def play_bulk(address, up, down):
    with connected(address, BULK) as end:
        end.sendall(struct.pack(">QQ", up, down) + bytes(up))
        exactly(end, down)


def play_slow_server(address):
    with connected(address, SLOW) as end:
        end.sendall(bytes(250000))
        end.shutdown(socket.SHUT_WR)
        end.recv(1)


def play_slow_client(address):
    with connected(address, BULK, receive=6000) as end:
        end.sendall(struct.pack(">QQ", 0, 250000))
        time.sleep(2)
        while end.recv(16000):
            time.sleep(0.02)


def play_quiet(address):
    with connected(address, QUIET) as end:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
        end.send(bytes(10))
        time.sleep(6.5)


def play_turns(address):
    """Two small writes for each answer: the second waits for the first one's acknowledgement."""
    with connected(address, TURNS) as end:
        for _ in range(25):
            end.send(bytes(100))
            end.send(bytes(100))
            exactly(end, 300)


def play_ports(address):
    """One port again and again: after a close by the other side, now and then after a reset."""
    play_reset(address)
    for i in range(16):
        tolerant(play_port, address, i % 5 == 4)
        time.sleep(0.1)
    try:
        connected(address, CLOSED)
    except ConnectionRefusedError:
        pass


def play_port(address, resets):
    with connected(address, BULK, local=40001) as end:
        end.sendall(struct.pack(">QQ", 1000, 1000) + bytes(1000))
        while end.recv(5000):
            pass
        if resets:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)


def play_reset(address):
    with connected(address, RESET) as end:
        end.send(bytes(50))
        try:
            end.recv(1)
        except ConnectionResetError:
            pass


def tolerant(scene, *arguments):
    try:
        scene(*arguments)
    except OSError as e:
        print(scene.__name__, e, file=sys.stderr)


def play(address):
    scenes = [(play_bulk, address, 1200000, 10), (play_bulk, address, 10, 1200000), (play_slow_server, address), (play_slow_server, address),
              (play_slow_client, address), (play_slow_client, address), (play_turns, address), (play_ports, address)]
    scenes += [(play_quiet, address)] * 6 + [(play_bulk, address, 3000, 20000)] * 30
    threads = [threading.Thread(target=tolerant, args=scene) for scene in scenes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


{"serve": serve, "play": play}[sys.argv[1]](sys.argv[2])
