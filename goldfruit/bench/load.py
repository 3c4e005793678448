"""Load on a server (压测): keep-alive connections that ask one path for some seconds."""

import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection

CONNECTIONS = 4
ENCODINGS = "gzip, deflate"
"""What browsers take over plain HTTP."""


@dataclass(frozen=True, slots=True)
class Answers:
    """应答统计: milliseconds of every answer in ascending order, and how many were not 200."""

    millis: tuple[float, ...]
    wrong: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Return how many answers came per second."""
        return len(self.millis) / self.seconds

    def at(self, share: float) -> float:
        """Return the time within which ``share`` of the answers came, in milliseconds."""
        return self.millis[min(len(self.millis) - 1, int(share * len(self.millis)))]


def asked(port: int, path: str, seconds: float, connections: int = CONNECTIONS) -> Answers:
    """Return how a server on the loopback answers ``path`` over some connections at once."""
    millis: list[float] = []
    statuses: list[int] = []
    until = time.perf_counter() + seconds

    def one() -> None:
        line = HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            began = time.perf_counter()
            line.request("GET", path, headers={"Accept-Encoding": ENCODINGS})
            answer = line.getresponse()
            answer.read()
            ended = time.perf_counter()
            millis.append((ended - began) * 1_000)
            statuses.append(answer.status)
            if ended >= until:
                break
        line.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=one) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - began
    return Answers(tuple(sorted(millis)), sum(status != 200 for status in statuses), taken)


def fetched(port: int, path: str) -> tuple[int, bytes, str]:
    """Return the status, the body as it was sent, compressed or not, and its encoding."""
    line = HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", path, headers={"Accept-Encoding": ENCODINGS})
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer.status, body, answer.getheader("Content-Encoding", "")
