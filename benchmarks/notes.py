"""Notes as trainers write them, made up the same way in every run: what search has to find its way in."""

import random

RARE_WORD = "autoclave"
RARE_EVERY = 20_000
_SUBJECTS = (
    "The guard of press {n}", "Emergency exit {n}", "The extinguisher in hall {n}", "Machine {n}", "Aisle {n}",
    "The first aid box on floor {n}", "The register of line {n}", "Store room {n}", "The ladder at bay {n}",
    "The wiring of cabinet {n}", "The eye wash beside tank {n}", "Forklift {n}", "The canteen of building {n}",
    "The drain below vat {n}", "Respirator {n}", "The noise at loom {n}, 9{d} dB,",
)  # fmt: skip
_VERBS = ("is", "was", "is still", "is now", "was again", "is often", "was partly")
_STATES = (
    "blocked by boxes", "cleared while we were there", "in good order", "without a label", "not written down",
    "missing since the spring", "to be repaired by the supervisor", "checked every Monday", "worn and torn",
    "shown to the workers' representative", "locked during the night shift", "marked in the language of the workers",
    "empty", "new", "broken", "out of date by {d} months",
)  # fmt: skip
_CHINESE = ("工人没有戴手套。", "{n}号出口被纸箱挡住。", "灭火器已过期{d}个月。", "机器{n}的防护罩已安装。")
_CHINESE_SHARE = 0.04


def note(chance: random.Random, number: int) -> str:
    """About 50 characters; one in 25 is Chinese, and the one numbered 0, 20000, 40000 ... has RARE_WORD in it."""
    facts = {"n": chance.randrange(1, 400), "d": chance.randrange(1, 10)}
    if chance.random() < _CHINESE_SHARE:
        text = chance.choice(_CHINESE)
    else:
        text = f"{chance.choice(_SUBJECTS)} {chance.choice(_VERBS)} {chance.choice(_STATES)}."
    if number % RARE_EVERY == 0:
        text += f" Ask about the {RARE_WORD}."
    return text.format(**facts)
