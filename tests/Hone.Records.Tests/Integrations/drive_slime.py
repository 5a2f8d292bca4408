"""Calls the hook as slime/ray/rollout.py does, with samples shaped as slime/utils/types.py has them."""

import enum
import multiprocessing
import sys
from types import SimpleNamespace

import hone_slime


class Status(enum.Enum):
    COMPLETED = "completed"
    TRUNCATED = "truncated"


class Sample:
    def __init__(self, **fields):
        self.__dict__.update(
            dict(group_index=0, index=0, prompt="p", response="r", response_length=2, label="7", reward=1.0,
                 loss_mask=None, rollout_log_probs=[-0.5, -1.5], status=Status.COMPLETED, metadata={}), **fields)

    def get_reward_value(self, args):
        return self.reward if not args.reward_key else self.reward[args.reward_key]


def many(process):
    args = SimpleNamespace(reward_key=None, n_samples_per_prompt=4)
    for step in range(50):
        hone_slime.log_rollouts(step, args, [Sample(index=i, group_index=process) for i in range(4)], None, 1.0)


if sys.argv[1:] == ["many"]:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.map(many, range(4), chunksize=1)
    sys.exit(0)

args = SimpleNamespace(reward_key="score", n_samples_per_prompt=2)
samples = [
    Sample(index=0, metadata={"index": 40}, reward={"score": 1.0}),
    Sample(index=1, metadata={"index": 40}, reward={"score": 0.0}, status=Status.TRUNCATED,
           rollout_log_probs=[-1.0, 0.0, -3.0], loss_mask=[1, 0, 1], response_length=3),
    [Sample(index=2, group_index=9, reward={"score": 0.25}, rollout_log_probs=None, response="\ud83d", label=["a"]),
     Sample(index=3, group_index=9, reward={"score": float("nan")})],
]
assert hone_slime.log_rollouts(0, args, samples, {"x": 1}, 2.5) is False
assert hone_slime.log_rollouts(1, args, samples[:1], None, 2.5) is False
