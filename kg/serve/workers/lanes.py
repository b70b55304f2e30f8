"""Who may ask now: so many questions at once, of one client and in all, and room is kept for those that are quick."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from kg.serve.limits import Limits
from kg.serve.refusal import Refusal

DEBT = 0.25
"""Seconds of long questions from which on whatever else their client asks counts as long too."""

FADES = 20.0
"""Seconds in which half of them is forgotten."""

CLIENTS = 4096
"""Clients with long questions that are remembered before those whose debt has faded are looked for."""

HOLD = 1.0
"""Seconds for which a long question has its place at the least where it ends in vain: a new process costs some."""


@dataclass(slots=True, eq=False)
class Place:
    """What a running question holds."""

    client: str
    long: bool
    """Whether it counts as long: it has been running for some time, or its client has asked many such."""
    begun: float
    stop: Callable[[], None] | None = None
    """Ends the question, while it can be ended."""
    crowded: bool = False
    """Whether it was ended since too many long ones are running: it may be asked again among those."""
    gone: asyncio.Future[None] | None = None
    """Done when the process is gone that was ended with it."""
    vain: bool = False
    """Whether that was ended before it had answered."""
    cost: float = 0.0
    """Seconds of a core that the answer took."""


class Lanes:
    """Places for running questions, shared fairly: whoever attacks fills no more than its own share.

    A quarter of the places is for quick questions only, so that long ones never fill all.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits, self.clock = limits, clock
        self.most_long = max(1, limits.workers * 3 // 4)
        self.own: dict[str, asyncio.Semaphore] = {}
        self.known: Counter[str] = Counter()
        """Questions of each client, running or waiting; what falls to none is forgotten."""
        self.taken: list[Place] = []
        self.waiting: dict[bool, OrderedDict[str, deque[asyncio.Future[Place]]]] = {
            False: OrderedDict(), True: OrderedDict(),
        }  # fmt: skip
        """Whether they are long, and by client: questions that wait for a place."""
        self.debts: dict[str, tuple[float, float]] = {}
        """Of each client the seconds of its long questions, and when that was reckoned."""
        self.unread: Counter[str] = Counter()
        """Bytes of results that each client has not fetched yet."""

    # --- results that are not fetched ---

    def note(self, client: str, count: int) -> None:
        """Takes note of bytes that wait for a client, or no longer do."""
        self.unread[client] += count
        if self.unread[client] <= 0:
            del self.unread[client]

    def refuse_if_full(self, client: str) -> None:
        """Raises Refusal where a client, or all of them, leave too much unread."""
        if self.unread[client] > self.limits.undelivered:
            raise self._too_many()
        if self.unread.total() > self.limits.all_undelivered:
            raise self._busy()

    # --- places ---

    @asynccontextmanager
    async def share(self, client: str) -> AsyncIterator[None]:
        """Holds a part of a client's share for one question. Raises Refusal (429) beyond it."""
        limits = self.limits
        if self.known[client] >= limits.per_client + limits.client_queue:
            raise self._too_many()
        self.known[client] += 1
        own = self.own.setdefault(client, asyncio.Semaphore(limits.per_client))
        try:
            try:
                async with asyncio.timeout(limits.client_patience):
                    await own.acquire()
            except TimeoutError:
                raise self._too_many() from None
            try:
                yield
            finally:
                own.release()
        finally:
            self.known[client] -= 1
            if not self.known[client]:
                del self.known[client], self.own[client]

    @asynccontextmanager
    async def place(self, client: str, *, long: bool = False) -> AsyncIterator[Place]:
        """Holds a place for one question, one among the long ones for a client who asks such. Raises Refusal (503)."""
        long = long or self.owes(client) > DEBT
        place = self._take(client, long) if self._has_room(long) else await self._given(client, long)
        try:
            yield place
        finally:
            self._leave(place)

    async def _given(self, client: str, long: bool) -> Place:
        """Returns a place as soon as there is one. Raises Refusal (503) where too many wait, or it takes too long."""
        if self._count(False) + self._count(True) >= self.limits.queue:
            raise self._busy()
        given: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self.waiting[long].setdefault(client, deque()).append(given)
        place = None
        try:
            async with asyncio.timeout(self.limits.patience):
                place = await given
        except TimeoutError:
            raise self._busy() from None
        finally:
            if place is None:
                self._withdraw(client, given)
        return place

    def _withdraw(self, client: str, given: asyncio.Future[Place]) -> None:
        """Gives up waiting for a place, or the place that was given at this very moment."""
        for queue in self.waiting.values():
            if given in queue.get(client, ()):
                queue[client].remove(given)
                if not queue[client]:
                    del queue[client]
        if given.done() and not given.cancelled():
            self._free(given.result())

    def _count(self, long: bool) -> int:
        return sum(len(queue) for queue in self.waiting[long].values())

    def _has_room(self, long: bool) -> bool:
        """Says whether one more may run. What is left of long ones that were ended counts with them alone."""
        if long and sum(place.long for place in self.taken) >= self.most_long:
            return False
        return sum(place.gone is None for place in self.taken) < self.limits.workers

    @property
    def is_pressed(self) -> bool:
        """Whether quick questions wait for a place."""
        return bool(self.waiting[False])

    def _take(self, client: str, long: bool) -> Place:
        place = Place(client, long, self.clock())
        self.taken.append(place)
        return place

    def _hand_on(self) -> None:
        """Gives what is free to those who wait: quick questions first, then who has least, then who waits longest."""
        for long, queue in self.waiting.items():
            while queue and self._has_room(long):
                held = Counter(place.client for place in self.taken)
                client = min(queue, key=lambda one: held[one])
                if not long and self.owes(client) > DEBT:  # it has come to be so while these waited
                    self.waiting[True].setdefault(client, deque()).extend(queue.pop(client))
                    continue
                given = queue[client].popleft()
                if queue[client]:
                    queue.move_to_end(client)
                else:
                    del queue[client]
                if not given.done():  # else its asker is just going
                    given.set_result(self._take(client, long))

    def _leave(self, place: Place) -> None:
        """Gives a place back once the process is gone that was ended with its question."""
        place.stop = None
        ran, least = self.clock() - place.begun, self.limits.nice_after
        if place.vain:
            self._charge(place.client, max(ran, 2 * least))
        elif place.cost > least or (place.gone and not place.long):  # a new process costs something too
            self._charge(place.client, max(place.cost, least))
        if place.gone is None:
            self._free(place)
            return
        rest = max(0.0, HOLD - ran) if place.vain and place.long else 0.0
        loop = asyncio.get_running_loop()
        place.gone.add_done_callback(lambda _: loop.call_later(rest, self._free, place))

    def _free(self, place: Place) -> None:
        self.taken.remove(place)
        self._hand_on()

    # --- long questions ---

    def lengthen(self, place: Place) -> None:
        """Takes note that a question has become long. Where too many are, one of whoever has most of them is ended."""
        long = [one for one in self.taken if one.long and one.stop and one is not place]
        ended = None
        if len(long) >= self.most_long:
            held = Counter(one.client for one in long)
            greedy = max(held, key=lambda client: held[client])
            fair = held[place.client] + 1 < held[greedy]
            ended = max((one for one in long if one.client == greedy), key=_age) if fair else place
        if ended is not place:
            place.long = True
        if ended and ended.stop:
            ended.crowded = True
            ended.stop()

    def owes(self, client: str) -> float:
        """Returns for how many seconds a client's long questions have run lately."""
        now = self.clock()
        running = sum(now - place.begun for place in self.taken if place.client == client and place.long and place.stop)
        return running + self._faded(client, now)

    def _faded(self, client: str, now: float) -> float:
        seconds, since = self.debts.get(client, (0.0, now))
        return seconds * 0.5 ** ((now - since) / FADES)

    def _charge(self, client: str, seconds: float) -> None:
        now = self.clock()
        self.debts[client] = (self._faded(client, now) + seconds, now)
        if len(self.debts) > CLIENTS:
            self.debts = {one: debt for one, debt in self.debts.items() if self._faded(one, now) > DEBT}

    # --- refusals ---

    def _too_many(self) -> Refusal:
        count = self.limits.per_client
        detail = f"{count} queries of yours are running, as many as one client may have"
        return Refusal(429, "too-many-queries", detail, headers={"Retry-After": "1"}, limit={"queries": count})

    def _busy(self) -> Refusal:
        return Refusal(503, "busy", "every worker is taken; ask again soon", headers={"Retry-After": "2"})

    def crowded(self) -> Refusal:
        """Returns the refusal of a long question that others had to make way for."""
        detail = f"more than {self.most_long} long queries are running; ask again soon"
        return Refusal(503, "busy", detail, headers={"Retry-After": "5"})


def _age(place: Place) -> float:
    return place.begun
