using System.Globalization;

namespace Hone.Records.Pickles.Logs;

/// <summary>A dict of a log, with the words for where it stands in the file.</summary>
internal readonly struct LogFields
{
    private readonly string _path;
    private readonly string _place;
    private readonly string _expected;

    private LogFields(string path, string place, PickleDict dict, string expected)
    {
        (_path, _place, Dict, _expected) = (path, place, dict, expected);
    }

    internal PickleDict Dict { get; }

    private string Prefix => _place.Length == 0 ? "" : $"{_place}: ";

    /// <summary>The whole file's dict.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The log that it should be, for messages.</param>
    internal static LogFields Root(string path, string expected)
    {
        PickleValue root = TorchFile.Read(path);
        return root.Dict is PickleDict dict
            ? new LogFields(path, "", dict, expected)
            : throw RecordError.In(path, $"holds {root.Description}, expected {expected}", "name a file of that log");
    }

    /// <summary>A field that must be there.</summary>
    internal PickleValue Required(string name) => Dict.TryGet(name, out PickleValue value)
        ? value
        : throw RecordError.In(_path, $"{Prefix}no field '{name}'; the fields are {RecordError.List([.. Dict.Names])}; "
            + $"expected {_expected}", "name a file of that log");

    /// <summary>A list that must be there.</summary>
    internal PickleList RequiredList(string name) =>
        Required(name).List ?? throw Unfit(name, Required(name), "a list");

    /// <summary>An entry of one of its lists, which must be a dict.</summary>
    internal LogFields Entry(string name, PickleList list, int index)
    {
        string place = Below(string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"));
        return list[index].Dict is PickleDict dict
            ? new LogFields(_path, place, dict, _expected)
            : throw RecordError.In(_path, $"{place} is {list[index].Description}, expected a dict", "name a file of that log");
    }

    /// <summary>A dict among its fields.</summary>
    internal LogFields Field(string name, PickleDict dict) => new(_path, Below(name), dict, _expected);

    /// <summary>A step: a whole number of 31 bits, or one written as text.</summary>
    internal int Step(string name, PickleValue value)
    {
        bool whole = value.TryGetInteger(out long step)
            || long.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out step);
        return whole && step is >= 0 and <= int.MaxValue
            ? (int)step
            : throw Unfit(name, value, "a whole number from 0 to 2147483647");
    }

    /// <summary>A name for a prompt: text or a whole number; null for None.</summary>
    internal string? Key(string name, PickleValue value) => value.IsNone
        ? null
        : value.Text ?? (value.TryGetBigInteger(out System.Numerics.BigInteger number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw Unfit(name, value, "text or a whole number"));

    /// <summary>A list or tensor of numbers; None among them is NaN. Null for None, or where there is no such
    /// field.</summary>
    internal double[]? Numbers(string name)
    {
        Dict.TryGet(name, out PickleValue value);
        if (value.IsNone)
        {
            return null;
        }

        if (value.Tensor is PickleTensor tensor)
        {
            return tensor.ToDoubles();
        }

        PickleList list = value.List ?? throw Unfit(name, value, "a list of numbers");
        if (list.TryGetReals(out ReadOnlySpan<double> reals))
        {
            return reals.ToArray();
        }

        double[] numbers = new double[list.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!list[i].TryGetNumber(out numbers[i]) && !list[i].IsNone)
            {
                throw Unfit(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), list[i], "a number");
            }
        }

        return numbers;
    }

    internal InvalidDataException Unfit(string name, PickleValue value, string expected)
    {
        string shown = value.Text is string text ? RecordError.Quote(text)
            : value.TryGetNumber(out double number) ? number.ToString(CultureInfo.InvariantCulture)
            : value.Description;
        return Error($"field '{name}' is {shown}, expected {expected}", "name a file of that log");
    }

    internal InvalidDataException Error(string what, string hint) => RecordError.In(_path, Prefix + what, hint);

    private string Below(string name) => _place.Length == 0 ? name : $"{_place}.{name}";
}
