using System.Globalization;
using System.Text.Json;
using Hone.Records.Pickles;

namespace Hone.Records.Tests.Pickles;

/// <summary>A value as text that keeps kinds apart, the same of what Hone reads and of what Python wrote as JSON.</summary>
internal static class Canonical
{
    internal static string Of(PickleValue value) => value.Kind switch
    {
        PickleKind.None => "null",
        PickleKind.Bool => value.TryGetBool(out bool truth) && truth ? "true" : "false",
        PickleKind.Whole or PickleKind.BigWhole when value.TryGetBigInteger(out System.Numerics.BigInteger number) =>
            $"int {number}",
        PickleKind.Real when value.TryGetNumber(out double real) => $"float {Real(real)}",
        PickleKind.Text => $"'{value.Text}'",
        PickleKind.Bytes => $"bytes {Convert.ToHexStringLower(value.Bytes!.Value.Span)}",
        PickleKind.Dict => $"dict{{{Join(Enumerable.Range(0, value.Dict!.Count).Select(i => Pair(value.Dict, i)))}}}",
        PickleKind.Set => $"set[{Join(Items(value.List!).Order(StringComparer.Ordinal))}]",
        PickleKind.Tensor => Tensor(value.Tensor!),
        _ => $"{value.Kind.ToString().ToLowerInvariant()}[{Join(Items(value.List!))}]",
    };

    internal static string Of(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return json.ValueKind == JsonValueKind.String ? $"'{json.GetString()}'" : json.GetRawText();
        }

        JsonProperty first = json.EnumerateObject().First();
        return first.Name switch
        {
            "int" => $"int {first.Value.GetString()}",
            "float" => $"float {Number(first.Value)}",
            "bytes" => $"bytes {first.Value.GetString()}",
            "dict" => $"dict{{{Join(first.Value.EnumerateArray().Select(pair => $"{Of(pair[0])}: {Of(pair[1])}"))}}}",
            "set" => $"set[{Join(first.Value.EnumerateArray().Select(Of).Order(StringComparer.Ordinal))}]",
            "tensor" => $"{first.Value.GetString()}({Join(json.GetProperty("shape").EnumerateArray().Select(Number))})"
                + $"[{Join(json.GetProperty("values").EnumerateArray().Select(Number))}]",
            _ => $"{first.Name}[{Join(first.Value.EnumerateArray().Select(Of))}]",
        };
    }

    private static string Tensor(PickleTensor tensor)
    {
        string type = tensor.Type switch
        {
            TensorType.Bool => "bool",
            TensorType.BF16 => "bfloat16",
            TensorType.F16 or TensorType.F32 or TensorType.F64 => $"float{tensor.Type.ToString()[1..]}",
            _ => $"{(tensor.Type.ToString()[0] == 'U' ? "uint" : "int")}{tensor.Type.ToString()[1..]}",
        };
        return $"{type}({Join(tensor.Shape.ToArray().Select(length => Real(length)))})[{Join(tensor.ToDoubles().Select(Real))}]";
    }

    private static string Pair(PickleDict dict, int index) => $"{Of(dict.Key(index))}: {Of(dict.Value(index))}";

    private static IEnumerable<string> Items(PickleList list) => Enumerable.Range(0, list.Count).Select(i => Of(list[i]));

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);

    private static string Number(JsonElement json) => Real(json.ValueKind == JsonValueKind.Number
        ? json.GetDouble()
        : json.GetString() switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.NaN,
        });

    private static string Real(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
