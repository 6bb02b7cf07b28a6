"""Politeness: how soon the next request may go out, and when a host is left alone."""

from __future__ import annotations

from dataclasses import replace

from pipelines.ingest.fetch.log import BreakerState, FetchLog
from pipelines.ingest.fetch.model import Clock, Failure, when
from pipelines.ingest.fetch.settings import Settings
from pipelines.model.progress import tell

HOUR = 3600.0
_LONGEST_OPEN = 24 * HOUR
_CLOCK_GRAIN = 0.001
WAITING = "fetch"


class Pace:
    """Spaces requests out: a pause after each, a long one now and then, so many in any hour at most.

    The times of requests are kept in the log, so that runs in a row are as polite as one.
    """

    def __init__(self, settings: Settings, log: FetchLog, clock: Clock) -> None:
        self._settings = settings
        self._log = log
        self._clock = clock
        now = clock.now()
        # A clock that was set back must not make us wait for a time that is years away.
        self._times = [at for at in log.requests_since(now - HOUR) if at <= now]
        self._held_until = 0.0

    def hold(self, seconds: float) -> None:
        """No request before so many seconds have passed: the server asked for it."""
        self._held_until = max(self._held_until, self._clock.now() + seconds)

    def take_turn(self) -> None:
        """Wait until the next request may go out, and count it."""
        now = self._clock.now()
        delay = self._earliest(now) - now
        if delay > 0:
            if delay > 2 * self._settings.pause_seconds + 1:
                tell(WAITING, detail=f"waiting {delay:.0f} s, to spare the server")
            self._clock.sleep(delay)
        now = self._clock.now()
        self._times = [at for at in self._times if now - HOUR < at <= now]
        self._times.append(now)
        self._log.note_request(now, now - HOUR)

    def _earliest(self, now: float) -> float:
        earliest = min(self._held_until, now + self._settings.longest_wait_seconds)
        times = self._times
        if not times:
            return earliest
        earliest = max(earliest, times[-1] + self._settings.pause_seconds)
        if self._in_a_row() >= self._settings.long_pause_every:
            earliest = max(earliest, times[-1] + self._settings.long_pause_seconds)
        if len(times) >= self._settings.hourly_limit:
            earliest = max(earliest, times[-self._settings.hourly_limit] + HOUR)
        return earliest

    def _in_a_row(self) -> int:
        """Requests since the last long pause."""
        times = self._times
        for count in range(1, len(times)):
            if times[-count] - times[-count - 1] >= self._settings.long_pause_seconds - _CLOCK_GRAIN:
                return count
        return len(times)


class Breaker:
    """A circuit breaker for one host, kept in the log: the next run sees it open.

    So many documents in a row that could not be had open it. When its time is over one document is tried:
    if that comes, it closes; if not, it opens for twice as long, a day at most.
    """

    def __init__(self, host: str, settings: Settings, log: FetchLog, clock: Clock) -> None:
        self._host = host
        self._settings = settings
        self._log = log
        self._clock = clock

    def check(self) -> None:
        """Raise Failure while the breaker is open."""
        state = self._log.breaker(self._host)
        if is_open(state, self._clock.now()):
            raise Failure("waiting", f"not asked: {open_words(state)}")

    def succeed(self) -> None:
        """A document came: close the breaker."""
        if self._log.breaker(self._host) != BreakerState(self._host):
            self._log.set_breaker(BreakerState(self._host))

    def fail(self, failure: Failure) -> None:
        """A document could not be had in a way that may be the server's refusal: count it, open when it is time.

        A server that names a time for which it wants to be left alone gets it.
        """
        before = self._log.breaker(self._host)
        now = self._clock.now()
        state = replace(before, failures=before.failures + 1, reason=str(failure))
        asked = failure.retry_after or 0.0
        too_long = asked > self._settings.longest_wait_seconds
        if too_long or before.times_opened or state.failures >= self._settings.breaker_failures:
            length = max(min(self._settings.breaker_seconds * 2**before.times_opened, _LONGEST_OPEN), asked)
            state = replace(state, times_opened=before.times_opened + 1, open_until=now + min(length, _LONGEST_OPEN))
        self._log.set_breaker(state)

    def let_one_through(self) -> None:
        """Let the next document be tried now, although the breaker's time is not over."""
        state = self._log.breaker(self._host)
        if state.open_until is not None:
            self._log.set_breaker(replace(state, open_until=None))


def is_open(state: BreakerState, now: float) -> bool:
    """True while a host is left alone; a time more than a day away comes from a clock since set back."""
    return state.open_until is not None and now < state.open_until <= now + _LONGEST_OPEN


def open_words(state: BreakerState) -> str:
    """Why a host is left alone, and until when."""
    documents = f"{state.failures} document{'s' if state.failures != 1 else ''} in a row could not be had"
    return (
        f"{state.host} is left alone until {when(state.open_until or 0.0)}, because {documents} "
        f"(the last: {state.reason})"
    )
