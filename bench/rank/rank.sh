#!/usr/bin/env bash
# hone rank against DuckDB on one 2 GiB log: the same windows and hardest 3 %, side by side, in turn, whole processes.
# Usage: bench/rank/rank.sh [GIB] [ROUNDS]. Needs .NET, python3, node and npm, which fetches DuckDB's client.
set -eu
cd "$(dirname "$0")/../.."
gib=${1:-2}
rounds=${2:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checkpoints=100,200,300,400,500,600,700,800,900,1000
echo "machine: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) cores; commit $(git rev-parse --short HEAD)"
dotnet publish src/Hone.Cli -c Release -r "linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')" --self-contained true \
    -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true -o "$work/hone" --artifacts-path "$work/artifacts" >"$work/publish.log" || { cat "$work/publish.log"; exit 1; }
npm install --silent --no-package-lock --prefix "$work/npm" @duckdb/node-api@1.5.6-r.1
cp bench/rank/duckdb_rank.mjs "$work/npm/"
python3 bench/rank/make_log.py "$work/log.jsonl" "$gib"
bytes=$(stat -c %s "$work/log.jsonl")
echo "log: $bytes bytes, $(wc -l <"$work/log.jsonl") rows"

measure() { # NAME COMMAND...: seconds and peak memory of a whole process
    local name=$1
    shift
    /usr/bin/env time -f "%e %M" -o "$work/time" "$@" >"$work/$name.out" 2>"$work/$name.err" || { cat "$work/$name.err"; exit 1; }
    cat "$work/time" >>"$work/$name.times"
}

for _ in $(seq "$rounds"); do
    measure hone "$work/hone/hone" rank "$work/log.jsonl" --checkpoints "$checkpoints" --quiet --json
    measure duckdb node "$work/npm/duckdb_rank.mjs" "$work/log.jsonl" 100 "$checkpoints"
done

python3 - "$work" "$bytes" <<'PY'
import json, statistics, sys
work, size = sys.argv[1], int(sys.argv[2])
times = {name: [tuple(map(float, line.split())) for line in open(f"{work}/{name}.times")] for name in ("hone", "duckdb")}
for name, runs in times.items():
    seconds = [run[0] for run in runs]
    print(f"{name:7} median {statistics.median(seconds):.2f} s (best {min(seconds):.2f}), {size / statistics.median(seconds) / 1e9:.2f} GB/s, "
          f"peak {max(run[1] for run in runs) / 1024:.0f} MiB")
ratios = [b[0] / a[0] for a, b in zip(times["hone"], times["duckdb"])]
print(f"hone is {statistics.median(ratios):.2f}x as fast (rounds: {', '.join(f'{r:.2f}' for r in ratios)})")
ours = {row["step"]: row["score"] for row in json.load(open(f"{work}/hone.out"))["checkpoints"]}
theirs = {int(step): float(score) for step, score, _ in map(str.split, open(f"{work}/duckdb.out"))}
assert ours.keys() == theirs.keys() and all(abs(ours[s] - theirs[s]) < 1e-12 for s in ours), "the scores differ"
print(f"same scores for {len(ours)} checkpoints")
PY
