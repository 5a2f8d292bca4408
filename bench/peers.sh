#!/usr/bin/env bash
# Runs the PyTorch counterpart and `hone bench` in turn on the same shapes and prints the ratio of medians.
# usage: bench/peers.sh PEER.py [ROUNDS] [THREADS]
#   PEER.py  prints "MODE params N tok/s X ..." for: HIDDEN LAYERS HEADS KV FFN VOCAB BATCH SEQ THREADS MODE
# PyTorch: apt-get install python3-torch libopenblas0-pthread; without OpenBLAS it falls back to a reference BLAS that is ten
# times slower, and the comparison means nothing. Both sides give tokens over time, pauses of the machine included. PyTorch is given both one thread and THREADS; the better median counts.
# (OpenBLAS keeps threads of its own, so PyTorch's "one thread" still multiplies matrices on all cores.)
set -euo pipefail
cd "$(dirname "$0")/.."
peer=${1:?usage: bench/peers.sh PEER.py [ROUNDS] [THREADS]}
rounds=${2:-3}
threads=${3:-2}
python=${PYTHON:-/usr/bin/python3}
dotnet build src/Hone.Cli -c Release --nologo -v quiet
hone=artifacts/bin/Hone.Cli/release/hone

median() { sort -g | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }

blas=$(readlink -f /usr/lib/*/libblas.so.3 2>/dev/null | head -1)
case "$blas" in
    *openblas* | *mkl* | *blis*) ;;
    *) echo "warning: PyTorch would use ${blas:-an unknown BLAS}; apt-get install libopenblas0-pthread" >&2 ;;
esac
echo "machine: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2- | xargs), commit $(git rev-parse --short HEAD), $rounds rounds, BLAS ${blas:-unknown}"
printf '%-34s %-7s %12s %12s %12s %7s\n' shape mode 'torch 1t' "torch ${threads}t" "hone ${threads}t" ratio
while read -r hidden layers heads kv ffn vocab batch seq; do
    for mode in train score decode; do
        one=() many=() ours=()
        for _ in $(seq "$rounds"); do
            one+=("$($python "$peer" $hidden $layers $heads $kv $ffn $vocab $batch $seq 1 $mode | sed 's/.*tok\/s \([0-9]*\).*/\1/')")
            many+=("$($python "$peer" $hidden $layers $heads $kv $ffn $vocab $batch $seq "$threads" $mode | sed 's/.*tok\/s \([0-9]*\).*/\1/')")
            ours+=("$($hone bench --mode $mode --hidden $hidden --layers $layers --heads $heads --kv-heads $kv --ffn $ffn \
                --vocab $vocab --batch $batch --seq $seq --threads "$threads" --json --quiet \
                | grep '"tokens_per_second_mean"' | tr -dc '0-9.')")
        done
        a=$(printf '%s\n' "${one[@]}" | median)
        b=$(printf '%s\n' "${many[@]}" | median)
        c=$(printf '%s\n' "${ours[@]}" | median)
        awk -v s="$hidden $layers $heads $kv $ffn $vocab $batch $seq" -v m="$mode" -v a="$a" -v b="$b" -v c="$c" \
            'BEGIN {p = a > b ? a : b; printf "%-34s %-7s %12.0f %12.0f %12.0f %6.2fx\n", s, m, a, b, c, c / p}'
    done
done <<'SHAPES'
128 4 4 2 384 64 256 64
896 4 14 2 4864 8192 8 128
SHAPES
