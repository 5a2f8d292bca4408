"""Calls the hook as trl/trainer/grpo_trainer.py does: a trainer whose generation asks itself for the rewards."""

import sys
from types import SimpleNamespace

import hone_trl


class Tensor:
    def __init__(self, values):
        self.values = values

    def tolist(self):
        return self.values


class Trainer:
    def __init__(self, vllm):
        self.vllm = vllm
        self.model = SimpleNamespace(training=True)
        self.state = SimpleNamespace(global_step=0)
        self.accelerator = SimpleNamespace(process_index=1)
        self.reward_weights = Tensor([1.0, 0.5])
        self.reward_func_names = ["accuracy", "format"]
        self.num_generations = 2
        self.eos_token_id, self.pad_token_id = 9, 0

    def _calculate_rewards(self, inputs, prompts, completions, completion_ids_list):
        # Gathered over two processes; this one is the second.
        mine = [[1.0, float("nan")], [0.0, 1.0]][:len(inputs)]
        return Tensor([[0.125, 0.125]] * len(inputs) + mine)

    def _generate_and_score_completions(self, inputs):
        prompts = [row["prompt"] for row in inputs]
        ids = [[3, 4, 9], [5]][:len(inputs)]
        self._calculate_rewards(inputs, prompts, [[{"role": "assistant", "content": "a"}]] * len(inputs), ids)
        output = {"completion_ids": Tensor([[3, 4, 9], [5, 0, 0]])}
        if self.vllm:
            output["sampling_per_token_logps"] = Tensor([[-1.0, -2.0, -3.0], [-4.0, 0.0, 0.0]])
            output["ref_per_token_logps"] = Tensor([[-1.0, -1.0, -1.0], [-8.0, 0.0, 0.0]])
        return output

    def train(self):
        row = {"prompt": [{"role": "user", "content": "q"}], "answer": "7"}
        for column in ({"id": 40}, {"index": "x"}, {}):
            output = self._generate_and_score_completions([{**row, **column}, {**row, **column}])
            assert "completion_ids" in output
            self.state.global_step += 2
        self.model.training = False
        self._generate_and_score_completions([row])


class Scalar:
    """A number as numpy has them: no float, but one can be had."""

    def __init__(self, value):
        self.value = value

    def __float__(self):
        return self.value

    def __mul__(self, other):
        return Scalar(self.value * float(other))

    __rmul__ = __mul__

    def __add__(self, other):
        return Scalar(self.value + float(other))

    __radd__ = __add__

    def tolist(self):
        return self.value


class Image:
    def __str__(self):
        return "an image"


if sys.argv[1:] == ["odd"]:
    trainer = Trainer(False)
    trainer.reward_weights = [1.0, 1.0]
    trainer._calculate_rewards = lambda inputs, prompts, completions, ids: [[Scalar(0.25), Scalar(0.25)]] * 4
    trainer.eos_token_id = 5
    hone_trl.record(trainer)
    content = [{"type": "image", "image": Image()}, Scalar(7)]
    trainer._generate_and_score_completions([{"prompt": [{"role": "user", "content": content}]}] * 2)
    sys.exit(0)

for vllm in (True, False):
    trainer = Trainer(vllm)
    hone_trl.record(trainer)
    trainer.train()
