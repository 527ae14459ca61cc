"""Classes in Redis, which several processes and machines share.

A class is four hashes, `heed:{code}:…`, which the server forgets by itself. What reads and then
writes is one script: nothing of another comes between.
"""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from core.classroom.store import ENDED, IDLE, Gone, Note, NotLeading, Person, Room

PATIENCE = 5.0  # seconds that a server may take to answer
PARTS = ("room", "notes", "people", "answers")
# What every script begins with. KEYS are the four hashes, ARGV[1] the milliseconds that an idle
# class is kept. `touch` puts off its end; `write` writes a note.
COMMON = """
local room, notes, people, answers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local function touch() for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[1]) end end
local function write(name, text)
  local number = redis.call('HINCRBY', room, 'number', 1)
  redis.call('HSET', notes, name, number .. ' ' .. text)
  touch()
  return number
end
"""
OPEN = """
if redis.call('HGET', room, 'ended') ~= '0' then return redis.error_reply('GONE') end
"""
CREATE = """
if redis.call('EXISTS', room) == 1 then return 0 end
redis.call('HSET', room, 'key', ARGV[2], 'lead', ARGV[3], 'poll', 0, 'number', 0, 'ended', 0)
touch()
return 1
"""
PUT = """
if redis.call('HGET', room, 'lead') ~= ARGV[2] then return redis.error_reply('NOTLEADING') end
if ARGV[5] ~= '' then redis.call('HSET', room, 'poll', ARGV[5]) end
return write(ARGV[3], ARGV[4])
"""
TAKE = """
redis.call('HSET', room, 'lead', ARGV[2])
return write(ARGV[3], ARGV[4])
"""
JOIN = """
touch()
if redis.call('HLEN', people) >= tonumber(ARGV[3]) then return 0 end
redis.call('HSET', people, ARGV[2], string.format('0 0 %.3f', now))
touch()
return 1
"""
HERE = """
if redis.call('HEXISTS', people, ARGV[2]) == 0 then return 0 end
redis.call('HSET', people, ARGV[2], string.format('%s %s %.3f', ARGV[3], ARGV[4], now))
return 1
"""
PEOPLE = "return {string.format('%.3f', now), redis.call('HVALS', people)}"
ANSWER = """
touch()
if redis.call('HGET', room, 'poll') ~= ARGV[2] or ARGV[2] == '0' then return 0 end
if redis.call('HEXISTS', people, ARGV[3]) == 0 then return 0 end
redis.call('HSET', answers, ARGV[2] .. ' ' .. ARGV[3], ARGV[4])
touch()
return 1
"""
ANSWERS = "return redis.call('HGETALL', answers)"
END = """
redis.call('DEL', notes, people, answers)
redis.call('HSET', room, 'ended', 1, 'poll', 0)
return write(ARGV[2], '{}')
"""


class Redis:
    """See `core.classroom.store.Store`. It forgets a class after `idle` seconds without change."""

    def __init__(self, url: str, idle: float = IDLE):
        """`redis://` or, by TLS, `rediss://`, then `[[user]:password@]host[:port][/database]`.
        Raises ValueError for another address, OSError where no server answers and where the library
        for it is not installed."""
        found = urlsplit(url)
        if not found.hostname or not (found.path.strip("/") or "0").isdigit():
            raise ValueError("expected redis://host:port/database")
        try:
            import redis
        except ImportError as error:
            raise OSError(
                "classes in Redis need its library: pip install -r requirements-redis.txt"
            ) from error
        self.failed, self.refused = redis.RedisError, redis.ResponseError
        # A command whose connection was lost is asked once more: none does harm twice.
        again = redis.retry.Retry(redis.backoff.NoBackoff(), 1)
        self.client = redis.Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=again
        )
        self.idle = round(idle * 1000)
        self.ask("PING")

    def ask(self, *words: str | int):
        """The reply to a command. Raises OSError."""
        try:
            return self.client.execute_command(*words)
        except self.failed as error:
            raise OSError(f"the store of classes does not answer: {error}") from error

    def _run(self, script: str, code: str, *values):
        keys = [f"heed:{{{code}}}:{part}" for part in PARTS]
        try:
            return self.ask("EVAL", COMMON + script, len(keys), *keys, self.idle, *values)
        except OSError as error:
            if isinstance(error.__cause__, self.refused):
                said = str(error)
                if "NOTLEADING" in said:
                    raise NotLeading(code) from error
                if "GONE" in said:
                    raise Gone(code) from error
            raise

    def create(self, code: str, key: str, lead: str) -> bool:
        return self._run(CREATE, code, key, lead) == 1

    def room(self, code: str) -> Room:
        names = ("key", "lead", "poll", "number", "ended")
        found = self.ask("HMGET", f"heed:{{{code}}}:room", *names)
        if found[0] is None:
            raise Gone(code)
        key, lead, poll, number, ended = (one.decode() for one in found)
        return Room(code, key, lead, int(poll), int(number), ended == "1")

    def put(self, code: str, name: str, text: str, by: str, poll: int | None = None) -> int:
        return self._run(OPEN + PUT, code, by, name, text, "" if poll is None else poll)

    def take(self, code: str, lead: str, name: str, text: str) -> int:
        return self._run(OPEN + TAKE, code, lead, name, text)

    def notes(self, code: str, after: int = 0) -> list[Note]:
        if self.room(code).number <= after:
            return []
        found = self.ask("HGETALL", f"heed:{{{code}}}:notes")
        every = []
        for name, told in found.items():
            number, text = told.decode().split(" ", 1)
            every.append(Note(int(number), name.decode(), text))
        return sorted(note for note in every if note.number > after)

    def join(self, code: str, who: str, most: int) -> bool:
        return self._run(OPEN + JOIN, code, who, most) == 1

    def here(self, code: str, who: str, number: int, away: bool) -> bool:
        return self._run(OPEN + HERE, code, who, number, int(away)) == 1

    def people(self, code: str) -> list[Person]:
        now, every = self._run(OPEN + PEOPLE, code)
        found = (one.decode().split() for one in every)
        return [Person(int(at), away == "1", float(now) - float(seen)) for at, away, seen in found]

    def answer(self, code: str, poll: int, who: str, choice: int) -> bool:
        return self._run(OPEN + ANSWER, code, poll, who, choice) == 1

    def answers(self, code: str, poll: int) -> Counter[int]:
        found = self._run(OPEN + ANSWERS, code)
        own = f"{poll} ".encode()
        chosen = zip(found[::2], found[1::2])
        return Counter(int(choice) for name, choice in chosen if name.startswith(own))

    def end(self, code: str) -> None:
        self._run(OPEN + END, code, ENDED)

    def close(self) -> None:
        self.client.close()
