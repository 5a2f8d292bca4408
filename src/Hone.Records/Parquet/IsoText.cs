using System.Buffers.Binary;
using System.Globalization;
using Hone.Records.Parquet.DuckDb;

namespace Hone.Records.Parquet;

/// <summary>Dates, times and UUIDs as text: 2026-01-31, 23:59:59.5, 2026-01-31T23:59:59.5, with Z where it is UTC.</summary>
internal static class IsoText
{
    private const long Day = 86_400_000_000_000;

    internal static string Of(VectorReader vector, int row) => vector.Type.Id switch
    {
        TypeId.Date => Date(vector.Value<int>(row)),
        TypeId.Time => Time(vector.Value<long>(row) * 1000),
        TypeId.TimeNanoseconds => Time(vector.Value<long>(row)),
        TypeId.Uuid => Uuid(vector.Value<UInt128>(row)),
        TypeId.TimestampSeconds => Moment(vector.Value<long>(row), 1_000_000_000),
        TypeId.TimestampMilliseconds => Moment(vector.Value<long>(row), 1_000_000),
        TypeId.Timestamp => Moment(vector.Value<long>(row), 1000),
        TypeId.TimestampNanoseconds => Moment(vector.Value<long>(row), 1),
        TypeId.TimestampTz => Moment(vector.Value<long>(row), 1000, "Z"),
        _ => throw new DuckDbException($"{vector.Type.Id} is no date or time"),
    };

    // DuckDB's largest numbers stand for the end of time.
    private static string Date(int days) =>
        days == int.MaxValue ? "infinity" : days == -int.MaxValue ? "-infinity" : Calendar(days);

    private static string Moment(long units, long nanoseconds, string zone = "")
    {
        if (units is long.MaxValue or -long.MaxValue)
        {
            return units > 0 ? "infinity" : "-infinity";
        }

        long unitsADay = Day / nanoseconds;
        long days = Math.DivRem(units, unitsADay, out long rest);
        (days, rest) = rest < 0 ? (days - 1, rest + unitsADay) : (days, rest);
        return $"{Calendar(days)}T{Time(rest * nanoseconds)}{zone}";
    }

    private static string Time(long nanoseconds)
    {
        long seconds = Math.DivRem(nanoseconds, 1_000_000_000, out long rest);
        string fraction = rest == 0 ? "" : "." + rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return string.Create(
            CultureInfo.InvariantCulture, $"{seconds / 3600:D2}:{seconds / 60 % 60:D2}:{seconds % 60:D2}{fraction}");
    }

    /// <summary>
    /// The day in the Gregorian calendar, carried on before its beginning; years beyond four digits have a sign.
    /// </summary>
    /// <param name="days">Days since 1970-01-01.</param>
    private static string Calendar(long days)
    {
        // 400 years have 146,097 days; DateTime knows the years 1 to 9999, so a day is moved into them by whole cycles.
        const int CycleDays = 146_097, CycleYears = 400;
        long cycles = (long)Math.Floor((double)days / CycleDays);
        DateTime day = DateTime.UnixEpoch.AddDays(days - (cycles * CycleDays));
        long year = day.Year + (cycles * CycleYears);
        string sign = year < 0 ? "-" : year > 9999 ? "+" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(year):D4}-{day:MM-dd}");
    }

    // Held as a signed number that sorts like the text: its highest bit is turned over.
    private static string Uuid(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value ^ (UInt128.One << 127));
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
