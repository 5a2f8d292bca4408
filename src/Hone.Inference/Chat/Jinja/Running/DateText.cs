using System.Globalization;
using System.Text;

namespace Hone.Inference.Chat.Jinja.Running;

/// <summary>A date as `strftime` writes it in English; the time of day is midnight.</summary>
internal static class DateText
{
    internal static string Format(DateOnly date, string format, Sandbox sandbox)
    {
        sandbox.Text(format.Length * 16L);
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            bool bare = format[++i] == '-' && i + 1 < format.Length;
            char directive = bare ? format[++i] : format[i];
            string part = Part(date, directive)
                ?? throw sandbox.Error($"'strftime_now' has '%{directive}' in its format, which is not supported");
            text.Append(bare && part.Length > 1 ? part.TrimStart('0') is { Length: > 0 } rest ? rest : "0" : part);
        }

        return text.ToString();
    }

    private static string? Part(DateOnly date, char directive)
    {
        string Written(string format) => date.ToString(format, CultureInfo.InvariantCulture);
        return directive switch
        {
            'a' => Written("ddd"),
            'A' => Written("dddd"),
            'b' or 'h' => Written("MMM"),
            'B' => Written("MMMM"),
            'd' => Written("dd"),
            'e' => date.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'm' => Written("MM"),
            'y' => Written("yy"),
            'Y' => date.Year.ToString(CultureInfo.InvariantCulture),
            'j' => date.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'F' => Written("yyyy-MM-dd"),
            'D' or 'x' => Written("MM'/'dd'/'yy"),
            'H' or 'M' or 'S' => "00",
            'I' => "12",
            'p' => "AM",
            'T' or 'X' => "00:00:00",
            'R' => "00:00",
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => null,
        };
    }
}
