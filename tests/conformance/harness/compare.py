"""The differences of two answers, as paths."""

import fnmatch

ABSENT = "<absent>"


ANYTHING = object()


def differences(etcd, quorate, loose):
    """(path, etcd's value, quorate's value) for everything that is not the same.

    `loose` names paths where several values are as good as each other (a race within etcd), or
    ANYTHING that both have.
    """
    theirs, ours = dict(_flat(etcd)), dict(_flat(quorate))
    found = []
    for path in sorted(theirs.keys() | ours.keys()):
        values = theirs.get(path, ABSENT), ours.get(path, ABSENT)
        if values[0] != values[1] and not _is_as_good(values, loose.get(path, ())):
            found.append((path, *values))
    # Texts repeat what the values say: they only count when the values are the same.
    if any(_is_body(path) for path, _, _ in found):
        found = [difference for difference in found if not _is_text(difference[0])]
    return found


def _is_as_good(values, allowed):
    if allowed is ANYTHING:
        return ABSENT not in values
    return all(value in allowed for value in values)


def _is_body(path):
    return "body" in path.replace("[", ".").split(".")


def _is_text(path):
    return path.rsplit(".", 1)[-1] == "text"


def _flat(value, path=""):
    if isinstance(value, dict) and value:
        for key, element in value.items():
            yield from _flat(element, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for i, element in enumerate(value):
            yield from _flat(element, f"{path}[{i}]")
    else:
        yield path, value


class Accepted:
    """One accepted difference; all arguments but the reason are shell patterns.

    `when_etcd` and `when_quorate` name other parts of the two answers that must match, such as
    {"body.error": "illegal base64*"}: so that a whole case can be accepted for one outcome only.
    Those that are seen in some runs only, because etcd races with itself, are not `always`.
    """

    def __init__(
        self, case, path, reason, etcd="*", quorate="*", when_etcd=None, when_quorate=None,
        always=True,
    ):
        self.case, self.path, self.reason = case, path, reason
        self.values = etcd, quorate
        self.when = when_etcd or {}, when_quorate or {}
        self.always = always
        self.seen = 0

    def matches(self, case, path, values, answers):
        if not (_is_like(case, self.case) and _is_like(path, self.path)):
            return False
        return all(
            _is_like(value, pattern) and _holds(when, answer)
            for value, pattern, when, answer in zip(values, self.values, self.when, answers)
        )


def _holds(when, answer):
    parts = dict(_flat(answer)) if when else {}
    return all(_is_like(parts.get(path, ABSENT), pattern) for path, pattern in when.items())


def _is_like(value, pattern):
    return fnmatch.fnmatchcase(str(value), _literal_brackets(pattern))


def _literal_brackets(pattern):
    """Paths and bodies are full of brackets: in our patterns only * and ? mean something."""
    return pattern.replace("[", "[[]")
