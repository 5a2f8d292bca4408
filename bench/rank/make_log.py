#!/usr/bin/env python3
"""Writes a rollout log as verl does, with a mean log-prob as a reward function would add it: one JSON object a completion,
one file. Usage: make_log.py OUT.jsonl [GIB] [STEPS]"""
import json
import random
import sys

WORDS = """the sum of two numbers is then we have to find total so there are left over each day costs dollars more than
half apples sold in first second week per hour divide both sides by subtract add multiply gives let x be therefore answer
because remaining students boys girls distance speed time train box marbles pages book read""".split()
PIECES = [r"\frac{%d}{%d}", r"\boxed{%d}", "%d + %d = 12", "<<%d*%d=42>>", "\n\n", "\n", ' "quoted" ', r"\(x_{%d}\)", "π ≈ 3.14", "\t"]


def text(rng, words):
    parts = []
    for _ in range(words):
        part = rng.choice(WORDS)
        if rng.random() < 0.12:
            piece = rng.choice(PIECES)
            part += piece % tuple(rng.randrange(1, 99) for _ in range(piece.count("%d")))
        parts.append(part)
    return json.dumps(" ".join(parts))[1:-1]


def main():
    path = sys.argv[1]
    size = float(sys.argv[2]) if len(sys.argv) > 2 else 2.0
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    rng = random.Random(1)
    prompts = [text(rng, 60) for _ in range(2000)]
    pieces = [text(rng, 40) for _ in range(5000)]
    rows_a_step = max(8, int(size * 2**30 / steps / 2160) // 8 * 8)
    with open(path, "w", encoding="ascii") as out:
        for step in range(1, steps + 1):
            lines = []
            for group in range(rows_a_step // 8):
                prompt = rng.randrange(len(prompts))
                for sample in range(8):
                    output = " ".join(rng.choices(pieces, k=rng.randrange(3, 10)))
                    correct = rng.random() < 0.4 + 0.3 * step / steps
                    lines.append(
                        f'{{"input": "system\\n\\nuser\\n{prompts[prompt]}\\nassistant\\n", "output": "{output}", '
                        f'"gts": "{rng.randrange(100)}", "score": {1.0 if correct else 0.0}, "step": {step}, '
                        f'"uid": "p{prompt}_{sample}_0", "acc": {str(correct).lower()}, '
                        f'"mean_logprob": {-rng.expovariate(4.0)!r}}}\n')
            out.write("".join(lines))


main()
