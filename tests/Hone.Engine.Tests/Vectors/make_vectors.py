"""Makes the reference vectors in this folder; see README.md.

A plain transformer in PyTorch, written from the published description of the models and not from Hone's own code,
so that agreement between the two means something. Weights are rounded to float32 (that is what the model files
hold) and everything else is computed in float64. Running the script twice gives the same bytes.
"""

import json
import math
import pathlib
import random
import struct

import torch

HERE = pathlib.Path(__file__).resolve().parent
DIGITS = 10

VOCAB, HIDDEN, FFN, LAYERS, HEADS = 32, 16, 24, 2, 4
MAX_POSITIONS = 64

# Ids repeat inside a sequence and between the two, so that embedding gradients have to be added up.
SEQUENCES = [[1, 17, 5, 29, 5, 8, 31, 0, 12], [1, 22, 9, 17, 3]]
PROMPT_TOKENS = 3
ADVANTAGES = [0.75, -1.25]
CLIP_LOW, CLIP_HIGH, BETA, CONSTANT_LENGTH = 0.2, 0.28, 0.05, 16

# Gradients kept for the two other normalisations; every tensor is kept for the token mean.
FEW = ["model.layers.0.input_layernorm.weight", "model.layers.1.self_attn.k_proj.weight", "model.norm.weight"]

# The eps of the grouped cases is large, so that a misplaced eps shows far above float32 noise. Rotary bases are
# small where head_dim is, so that every frequency turns visibly within nine tokens.
CASES = {
    "llama_mha": dict(family="llama", kv_heads=4, head_dim=4, tied=False, eps=1e-5, theta=10000.0),
    "llama_gqa": dict(family="llama", kv_heads=2, head_dim=4, tied=True, eps=1e-3, theta=100.0),
    "qwen2_mha": dict(family="qwen2", kv_heads=4, head_dim=4, tied=True, eps=1e-6, theta=1000.0),
    "qwen2_gqa": dict(family="qwen2", kv_heads=2, head_dim=4, tied=False, eps=1e-3, theta=100.0),
    "qwen3_mha": dict(family="qwen3", kv_heads=4, head_dim=8, tied=False, eps=1e-6, theta=1000.0),
    "qwen3_gqa": dict(family="qwen3", kv_heads=2, head_dim=8, tied=True, eps=1e-3, theta=100.0),
}

# Long context: scaled rotary frequencies (in the old and in the new form of the file), and windows in every layer, in
# the later layers, and in those that a list names. Lengths are so short that each kind changes some frequencies and
# keeps others.
LONG_CASES = {
    "llama_llama3": dict(
        family="llama", kv_heads=2, head_dim=8, tied=False, eps=1e-5, theta=100.0,
        scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                     original_max_position_embeddings=64)),
    "llama_linear": dict(
        family="llama", kv_heads=4, head_dim=4, tied=True, eps=1e-5, theta=100.0,
        scaling=dict(type="linear", factor=2.5)),
    "llama_yarn": dict(
        family="llama", kv_heads=2, head_dim=8, tied=False, eps=1e-5, theta=100.0, new_form=True,
        scaling=dict(rope_type="yarn", factor=4.0, beta_fast=1.0, beta_slow=0.1, original_max_position_embeddings=16)),
    "qwen3_yarn_windows": dict(
        family="qwen3", kv_heads=2, head_dim=8, tied=True, eps=1e-5, theta=100.0, windows=[3, 0], window_keys="list",
        scaling=dict(rope_type="yarn", factor=8.0, beta_fast=1.0, beta_slow=0.1, original_max_position_embeddings=16,
                     truncate=False, mscale=1.5, mscale_all_dim=0.5)),
    "qwen2_windows": dict(
        family="qwen2", kv_heads=2, head_dim=4, tied=False, eps=1e-5, theta=100.0, windows=[0, 4], window_keys="first"),
    "mistral_window": dict(
        family="mistral", kv_heads=2, head_dim=4, tied=False, eps=1e-5, theta=100.0, windows=[2, 2]),
}

# Published models whose frequencies are checked alone: head size, theta, scaling.
PUBLISHED = {
    "Llama-3.1-8B": (128, 500000.0, dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                         original_max_position_embeddings=8192)),
    "Llama-3.2-1B": (64, 500000.0, dict(rope_type="llama3", factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                        original_max_position_embeddings=8192)),
    "Qwen2.5-7B yarn": (128, 1000000.0, dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32768)),
    "gpt-oss-20b yarn": (64, 150000.0, dict(rope_type="yarn", factor=32.0, beta_fast=32.0, beta_slow=1.0,
                                            truncate=False, original_max_position_embeddings=4096)),
    "vicuna-7b-16k": (128, 10000.0, dict(rope_type="linear", factor=4.0)),
}


def f32(x):
    """The float32 nearest to a Python float, as a Python float."""
    return struct.unpack("<f", struct.pack("<f", x))[0]


def grid(x):
    """The nearest multiple of 1/1024: exact in float32, and exact in a dozen decimal digits."""
    return round(x * 1024) / 1024


# --- the model -------------------------------------------------------------------------------------------------


def shapes(case):
    """Tensor names and shapes, in the order that Hugging Face model classes declare them."""
    q, kv = HEADS * case["head_dim"], case["kv_heads"] * case["head_dim"]
    out = {"model.embed_tokens.weight": (VOCAB, HIDDEN)}
    for i in range(LAYERS):
        p = f"model.layers.{i}."
        for name, rows in (("q", q), ("k", kv), ("v", kv)):
            out[p + f"self_attn.{name}_proj.weight"] = (rows, HIDDEN)
            if case["family"] == "qwen2":
                out[p + f"self_attn.{name}_proj.bias"] = (rows,)
        out[p + "self_attn.o_proj.weight"] = (HIDDEN, q)
        if case["family"] == "qwen3":
            out[p + "self_attn.q_norm.weight"] = (case["head_dim"],)
            out[p + "self_attn.k_norm.weight"] = (case["head_dim"],)
        out[p + "mlp.gate_proj.weight"] = (FFN, HIDDEN)
        out[p + "mlp.up_proj.weight"] = (FFN, HIDDEN)
        out[p + "mlp.down_proj.weight"] = (HIDDEN, FFN)
        out[p + "input_layernorm.weight"] = (HIDDEN,)
        out[p + "post_attention_layernorm.weight"] = (HIDDEN,)
    out["model.norm.weight"] = (HIDDEN,)
    if not case["tied"]:
        out["lm_head.weight"] = (VOCAB, HIDDEN)
    return out


def make_weights(name, case):
    weights = {}
    for tensor, shape in shapes(case).items():
        rng = random.Random(f"{name}/{tensor}")  # seeded by text: independent of hash randomisation
        norm = tensor.endswith("norm.weight")
        mean, std = (1.0, 0.1) if norm else (0.0, 0.3)
        values = [f32(rng.gauss(mean, std)) for _ in range(math.prod(shape))]
        weights[tensor] = torch.tensor(values, dtype=torch.float64).reshape(shape).requires_grad_()
    return weights


def rms_norm(x, weight, eps):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + eps) * weight


def rotary(dim, theta, scaling):
    """Frequencies (radians per token) of the pairs of a head, and what cosines and sines are multiplied with."""
    plain = (theta ** (-2.0 * torch.arange(dim // 2, dtype=torch.float64) / dim)).tolist()
    if scaling is None:
        return plain, 1.0
    kind, factor = scaling.get("rope_type", scaling.get("type")), scaling["factor"]
    if kind == "linear":
        return [f / factor for f in plain], 1.0
    length = scaling["original_max_position_embeddings"]
    if kind == "llama3":
        low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
        out = []
        for f in plain:
            wavelength = 2 * math.pi / f
            if wavelength > length / low:
                out.append(f / factor)
            elif wavelength < length / high:
                out.append(f)
            else:
                s = (length / wavelength - low) / (high - low)
                out.append((1 - s) * f / factor + s * f)
        return out, 1.0

    assert kind == "yarn"

    def pair(turns):  # solves length * theta**(-2 pair / dim) = 2 pi turns
        return dim / 2 * math.log(length / (2 * math.pi * turns), theta)

    first, last = pair(scaling.get("beta_fast", 32.0)), pair(scaling.get("beta_slow", 1.0))
    if scaling.get("truncate", True):
        first, last = math.floor(first), math.ceil(last)
    first, last = max(first, 0), min(last, dim - 1)
    out = []
    for i, f in enumerate(plain):
        ramp = min(1.0, max(0.0, (i - first) / (last - first)))
        out.append(f / factor * ramp + f * (1 - ramp))
    if "mscale" in scaling:
        return out, (0.1 * scaling["mscale"] * math.log(factor) + 1) / (0.1 * scaling["mscale_all_dim"] * math.log(factor) + 1)
    return out, 0.1 * math.log(factor) + 1


def rotate(x, case):
    """Rotary embedding of [tokens, heads, head_dim]; element i is paired with element i + head_dim/2."""
    tokens, _, dim = x.shape
    half = dim // 2
    frequencies, amplitude = rotary(dim, case["theta"], case.get("scaling"))
    frequencies = torch.tensor(frequencies, dtype=torch.float64)
    angles = torch.arange(tokens, dtype=torch.float64)[:, None] * frequencies[None, :]
    cos, sin = amplitude * torch.cos(angles)[:, None, :], amplitude * torch.sin(angles)[:, None, :]
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)


def attention(x, w, p, case, window):
    tokens, dim = x.shape[0], case["head_dim"]

    def project(name, heads):
        y = x @ w[p + f"{name}_proj.weight"].T
        if p + f"{name}_proj.bias" in w:
            y = y + w[p + f"{name}_proj.bias"]
        return y.reshape(tokens, heads, dim)

    q, k, v = project("q", HEADS), project("k", case["kv_heads"]), project("v", case["kv_heads"])
    if case["family"] == "qwen3":
        q = rms_norm(q, w[p + "q_norm.weight"], case["eps"])
        k = rms_norm(k, w[p + "k_norm.weight"], case["eps"])
    q, k = rotate(q, case), rotate(k, case)

    # A token sees itself and those before it; with a window, only window - 1 of those.
    hidden = torch.ones(tokens, tokens, dtype=torch.bool).triu(1)
    if window:
        hidden |= torch.ones(tokens, tokens, dtype=torch.bool).tril(-window)
    heads = []
    for h in range(HEADS):
        g = h // (HEADS // case["kv_heads"])
        scores = q[:, h] @ k[:, g].T / math.sqrt(dim)
        heads.append(torch.softmax(scores.masked_fill(hidden, -math.inf), dim=-1) @ v[:, g])
    return torch.cat(heads, dim=-1) @ w[p + "o_proj.weight"].T


def forward(tokens, w, case):
    """Logits [tokens, vocab] of one sequence."""
    h = w["model.embed_tokens.weight"][torch.tensor(tokens)]
    for i in range(LAYERS):
        p = f"model.layers.{i}."
        window = case.get("windows", [0] * LAYERS)[i]
        x = rms_norm(h, w[p + "input_layernorm.weight"], case["eps"])
        h = h + attention(x, w, p + "self_attn.", case, window)
        x = rms_norm(h, w[p + "post_attention_layernorm.weight"], case["eps"])
        gate = x @ w[p + "mlp.gate_proj.weight"].T
        up = x @ w[p + "mlp.up_proj.weight"].T
        h = h + (gate * torch.sigmoid(gate) * up) @ w[p + "mlp.down_proj.weight"].T
    head = w["model.embed_tokens.weight" if case["tied"] else "lm_head.weight"]
    return rms_norm(h, w["model.norm.weight"], case["eps"]) @ head.T


# --- losses ----------------------------------------------------------------------------------------------------


def gradients(loss, w, names=None):
    names = list(w) if names is None else names
    found = torch.autograd.grad(loss, [w[n] for n in names], retain_graph=True)
    return {n: {"shape": list(g.shape), "values": g.reshape(-1).tolist()} for n, g in zip(names, found)}


def perturbed(name, logprobs):
    """Old and reference log-probs, drawn again until every branch of the objective is taken, clear of its kinks."""
    rng = random.Random(f"{name}/perturbation")
    while True:
        old = [[grid(x + rng.gauss(0, 0.35)) for x in s.tolist()] for s in logprobs]
        ref = [[grid(x + rng.gauss(0, 0.25)) for x in s.tolist()] for s in logprobs]
        ratios = [[math.exp(n - o) for n, o in zip(s.tolist(), t)][PROMPT_TOKENS - 1:] for s, t in zip(logprobs, old)]
        edges = (1 - CLIP_LOW, 1 + CLIP_HIGH)
        if any(abs(r - e) < 0.02 for s in ratios for r in s for e in edges):
            continue
        below, inside, above = ([[lo < r < hi for r in s] for s in ratios]
                                for lo, hi in ((0, edges[0]), edges, (edges[1], math.inf)))
        # Sequence 0 has a positive advantage: above is clipped and below is not. Sequence 1 is the other way round.
        if any(above[0]) and any(below[0]) and any(inside[0]) and any(below[1]) and any(above[1]):
            return old, ref


def grpo(name, logprobs, w):
    old, ref = perturbed(name, logprobs)
    ratios, k3s, losses, clipped = [], [], [], []
    for new, o, r, advantage in zip(logprobs, old, ref, ADVANTAGES):
        new = new[PROMPT_TOKENS - 1:]
        o = torch.tensor(o, dtype=torch.float64)[PROMPT_TOKENS - 1:]
        r = torch.tensor(r, dtype=torch.float64)[PROMPT_TOKENS - 1:]
        ratio = torch.exp(new - o)
        plain = ratio * advantage
        limited = torch.clamp(ratio, 1 - CLIP_LOW, 1 + CLIP_HIGH) * advantage
        k3 = torch.exp(r - new) - (r - new) - 1
        ratios.append(ratio)
        k3s.append(k3)
        clipped.append((limited < plain).int())
        losses.append(-torch.minimum(plain, limited) + BETA * k3)

    flat = torch.cat(losses)
    token_mean = flat.mean()
    sequence_mean = torch.stack([s.mean() for s in losses]).mean()
    constant = flat.sum() / (len(losses) * CONSTANT_LENGTH)
    return {
        "prompt_tokens": PROMPT_TOKENS,
        "advantages": ADVANTAGES,
        "clip_low": CLIP_LOW,
        "clip_high": CLIP_HIGH,
        "beta": BETA,
        "old_logprobs": old,
        "reference_logprobs": ref,
        "ratios": [s.tolist() for s in ratios],
        "clipped": [s.tolist() for s in clipped],
        "k3": [s.tolist() for s in k3s],
        "token_losses": [s.tolist() for s in losses],
        "token_mean": {"loss": token_mean.item(), "gradients": gradients(token_mean, w)},
        "sequence_mean": {"loss": sequence_mean.item(), "gradients": gradients(sequence_mean, w, FEW)},
        "constant_length": {
            "length": CONSTANT_LENGTH,
            "loss": constant.item(),
            "gradients": gradients(constant, w, FEW),
        },
    }


def expected(name, case, w):
    logits = [forward(s, w, case) for s in SEQUENCES]
    all_logprobs = [torch.log_softmax(x, dim=-1) for x in logits]
    logprobs = [x[:-1].gather(1, torch.tensor(s[1:])[:, None])[:, 0] for x, s in zip(all_logprobs, SEQUENCES)]
    entropy = [-(x.exp() * x).sum(-1)[:-1] for x in all_logprobs]
    loss = -torch.cat(logprobs).mean()
    out = {
        "case": name,
        "sequences": SEQUENCES,
        "logits": [x.tolist() for x in logits],
        "logprobs": [x.tolist() for x in logprobs],
        "entropy": [x.tolist() for x in entropy],
        "loss": loss.item(),
        "gradients": gradients(loss, w),
    }
    return out if name in LONG_CASES else {**out, "grpo": grpo(name, logprobs, w)}


def adamw():
    rng = random.Random("adamw")
    options = dict(lr=1e-2, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    initial = [grid(rng.gauss(0, 1)) for _ in range(10)]
    steps = [[grid(rng.gauss(0, 0.5)) for _ in range(10)] for _ in range(3)]
    for g in steps:
        g[9] = 0.0  # never a gradient: only weight decay moves it
    steps[1][8] = 0.0
    parameter = torch.nn.Parameter(torch.tensor(initial, dtype=torch.float64))
    optimizer = torch.optim.AdamW([parameter], **options)
    out = []
    for g in steps:
        parameter.grad = torch.tensor(g, dtype=torch.float64)
        optimizer.step()
        state = optimizer.state[parameter]
        out.append({
            "gradient": g,
            "parameter": parameter.detach().tolist(),
            "first_moment": state["exp_avg"].tolist(),
            "second_moment": state["exp_avg_sq"].tolist(),
        })
    return {
        "learning_rate": options["lr"],
        "beta1": options["betas"][0],
        "beta2": options["betas"][1],
        "epsilon": options["eps"],
        "weight_decay": options["weight_decay"],
        "initial": initial,
        "steps": out,
    }


# --- files -----------------------------------------------------------------------------------------------------


def config(case):
    family = case["family"]
    out = {
        "architectures": [family.capitalize() + "ForCausalLM"],
        "model_type": family,
        "vocab_size": VOCAB,
        "hidden_size": HIDDEN,
        "intermediate_size": FFN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": case["kv_heads"],
        "hidden_act": "silu",
        "max_position_embeddings": MAX_POSITIONS,
        "rms_norm_eps": case["eps"],
        **rotary_keys(case),
        "tie_word_embeddings": case["tied"],
        "attention_dropout": 0.0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "torch_dtype": "float32",
    }
    if family == "qwen3" or HEADS * case["head_dim"] != HIDDEN:
        out["head_dim"] = case["head_dim"]
    if family in ("llama", "qwen3"):
        out["attention_bias"] = False
    if family == "llama":
        out["mlp_bias"] = False
    elif family == "mistral":
        out["sliding_window"] = case["windows"][0]
    else:
        out["use_sliding_window"] = "windows" in case
    if "window_keys" in case:
        out["sliding_window"] = max(case["windows"])
    if case.get("window_keys") == "first":
        out["max_window_layers"] = case["windows"].index(max(case["windows"]))
    elif case.get("window_keys") == "list":
        out["max_window_layers"] = LAYERS  # the list wins
        out["layer_types"] = ["sliding_attention" if x else "full_attention" for x in case["windows"]]
    return out


def rotary_keys(case):
    scaling = case.get("scaling")
    if case.get("new_form"):
        return {"rope_parameters": {"rope_theta": case["theta"], **scaling}}
    return {"rope_theta": case["theta"], "rope_scaling": scaling}


def write_safetensors(path, weights):
    header, data = {"__metadata__": {"format": "pt"}}, bytearray()
    for name in sorted(weights):
        values = weights[name].detach().reshape(-1).tolist()
        begin = len(data)
        data += struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": list(weights[name].shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def number(x):
    if isinstance(x, int):
        return str(x)
    assert math.isfinite(x)
    if x == 0:
        return "0"
    # Inputs lie on a grid and are written exactly; results are rounded.
    return repr(x) if x == grid(x) else f"{x:.{DIGITS}g}"


def render(x, indent=""):
    """JSON with a list of numbers on one line each."""
    inner = indent + " "
    if isinstance(x, dict) and not {"shape", "values"} == set(x):
        return "{\n" + ",\n".join(f"{inner}{json.dumps(k)}: {render(v, inner)}" for k, v in x.items()) + f"\n{indent}}}"
    if isinstance(x, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {render(v, inner)}" for k, v in x.items()) + "}"
    if isinstance(x, list) and x and isinstance(x[0], (list, dict)):
        return "[\n" + ",\n".join(inner + render(v, inner) for v in x) + f"\n{indent}]"
    if isinstance(x, list):
        return "[" + ",".join(number(v) for v in x) + "]"
    return json.dumps(x) if isinstance(x, str) else number(x)


def write_text(path, text):
    path.write_bytes((text + "\n").encode())


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    for name, case in {**CASES, **LONG_CASES}.items():
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        weights = make_weights(name, case)
        write_text(folder / "config.json", json.dumps(config(case), indent=2))
        write_safetensors(folder / "model.safetensors", weights)
        write_text(folder / "expected.json", render(expected(name, case, weights)))
    write_text(HERE / "adamw.json", render(adamw()))
    published = {}
    for name, (dim, theta, scaling) in PUBLISHED.items():
        frequencies, amplitude = rotary(dim, theta, scaling)
        published[name] = {
            "head_dim": dim, "rope_theta": theta, "rope_scaling": scaling, "amplitude": amplitude,
            "frequencies": frequencies,
        }
    write_text(HERE / "rotary.json", json.dumps(published, indent=1))


if __name__ == "__main__":
    main()
