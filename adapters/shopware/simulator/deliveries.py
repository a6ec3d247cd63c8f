"""Webhook deliveries: inside the request that caused them and tried once, or by a worker that repeats (seen)."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
from dataclasses import dataclass, field

from adapters.shopware.simulator import manifest, outgoing
from adapters.shopware.simulator.app import dump
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import App, Event, Shop

RETRIES_SECONDS = (0.1, 0.2, 0.4)
"""Seen: 1, 2 and 4 seconds; a tenth of it is rehearsal enough."""
GIVES_UP_AT = 10
"""Read in source: after so many failed deliveries the webhook is switched off, and nobody is told."""


@dataclass(order=True)
class Job:
    """One delivery, written and signed when the thing happened."""

    due: float
    number: int
    hook: str = field(compare=False)
    event: str = field(compare=False)
    url: str = field(compare=False)
    body: bytes = field(compare=False)
    headers: dict[str, str] = field(compare=False)
    tries: int = field(compare=False, default=0)
    done: threading.Event = field(compare=False, default_factory=threading.Event)


class Deliveries:
    """A queue and one thread; who causes a delivery waits for it, as a checkout does."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._numbers = itertools.count()
        self._heap: list[Job] = []
        self._wake = threading.Condition()
        self._busy = False
        self.log: list[JSON] = []
        """What was sent or lost, newest last; for the control door, without bodies."""
        threading.Thread(target=self._run, daemon=True, name="deliveries").start()

    def ring(self, events: list[Event]) -> None:
        """Called without the lock."""
        with self._shop.lock:
            habits = dict(self._shop.habits["webhooks"])
            jobs = [job for event in events for job in self._jobs(event, habits)]
        with self._wake:
            for job in jobs:
                heapq.heappush(self._heap, job)
            self._wake.notify()
        if not (habits["worker"] or habits["shuffle"] or habits["delay_seconds"]):
            for job in jobs:
                job.done.wait()

    def _jobs(self, event: Event, habits: JSON) -> list[Job]:
        found = []
        for hook in list(self._shop.store.rows["webhook"].values()):
            if not self._listens(hook, event):
                continue
            if random.random() < habits["drop"]:
                self.note(event.name, hook["url"], "dropped")
                continue
            made = self._job(hook, event, habits)
            found.append(made)
            if random.random() < habits["duplicate"]:
                again = self._due(habits), next(self._numbers)
                found.append(Job(*again, hook["id"], event.name, made.url, made.body, made.headers))
        return found

    def _listens(self, hook: JSON, event: Event) -> bool:
        """Read in source: its app is active and may read what the event is about."""
        if hook["eventName"] != event.name or not hook.get("active", True):
            return False
        new = not self._shop.version.startswith("6.5")
        if hook.get("onlyLiveVersion") and not event.live and new:
            return False
        app = self._app(hook)
        if app is None:
            return not hook.get("appId")
        active = self._shop.store.rows["app"][app.row].get("active", True)
        return bool(active) and f"{manifest.about(event.name)}:read" in app.privileges

    def _app(self, hook: JSON) -> App | None:
        known = self._shop.apps.values()
        return next((app for app in known if app.row and app.row == hook.get("appId")), None)

    def _job(self, hook: JSON, event: Event, habits: JSON) -> Job:
        app = self._app(hook)
        body, headers = signed(self._shop, app, event.name, event.payload)
        return Job(
            self._due(habits),
            next(self._numbers),
            hook["id"],
            event.name,
            hook["url"],
            body,
            headers,
        )

    def _due(self, habits: JSON) -> float:
        late = random.random() * 0.3 if habits["shuffle"] else 0.0
        return time.monotonic() + float(habits["delay_seconds"]) + late

    def wait_until_quiet(self, seconds: float) -> bool:
        """True when nothing is waiting any more; for tests and rehearsals."""
        end = time.monotonic() + seconds
        while True:
            with self._wake:
                if not self._heap and not self._busy:
                    return True
            if time.monotonic() >= end:
                return False
            time.sleep(0.01)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._heap or self._heap[0].due > time.monotonic():
                    due = self._heap[0].due - time.monotonic() if self._heap else None
                    self._wake.wait(due)
                job = heapq.heappop(self._heap)
                self._busy = True
            try:
                self._deliver(job)
            finally:
                with self._wake:
                    self._busy = False

    def _deliver(self, job: Job) -> None:
        heard = outgoing.post(job.url, job.body, job.headers)
        with self._shop.lock:
            self.note(job.event, job.url, heard.result)
            worker = self._shop.habits["webhooks"]["worker"]
            again = worker and not heard.fine and job.tries < len(RETRIES_SECONDS)
            if worker and not again:
                self._count(job.hook, heard.fine)
        if again:
            job.due = time.monotonic() + RETRIES_SECONDS[job.tries]
            job.tries += 1
            with self._wake:
                heapq.heappush(self._heap, job)
            return
        job.done.set()

    def _count(self, hook: str, fine: bool) -> None:
        row = self._shop.store.get("webhook", hook)
        if row is None:
            return
        errors = 0 if fine else int(row.get("errorCount") or 0) + 1
        if errors >= GIVES_UP_AT:
            self._shop.store.change("webhook", hook, active=False, errorCount=0)
        else:
            self._shop.store.change("webhook", hook, errorCount=errors)

    def note(self, event: str, url: str, result: str) -> None:
        self.log.append({"event": event, "url": url, "result": result})
        del self.log[:-500]


def signed(
    shop: Shop, app: App | None, event: str, payload: object
) -> tuple[bytes, dict[str, str]]:
    """Body and headers; a webhook that belongs to no app carries no signature (read in source)."""
    source = {"url": shop.url, "eventId": shop.new_id()}
    if app:
        source |= {"shopId": shop.shop_id, "appVersion": app.version}
    stamp = int(shop.now().timestamp())
    body = dump(
        {"data": {"payload": payload, "event": event}, "source": source, "timestamp": stamp}
    )
    headers = outgoing.headers(shop)
    if app:
        late = bool(app.old_secret) and shop.habits.due("old_secret") is not None
        secret = app.old_secret if late else app.secret
        headers["shopware-shop-signature"] = outgoing.sign(secret, body)
    return body, headers
