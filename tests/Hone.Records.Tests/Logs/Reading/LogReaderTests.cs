using System.Globalization;
using System.IO.Compression;
using System.Text;
using Hone.Records.Logs;
using Hone.Records.Logs.Reading;

namespace Hone.Records.Tests.Logs.Reading;

public sealed class LogReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_come_in_the_order_of_files_and_lines_whatever_the_threads_do()
    {
        // Lines of up to three blocks' length, so that some span blocks, and several files.
        var random = new Random(5);
        List<LogFile> files = [];
        int next = 0;
        for (int file = 0; file < 5; file++)
        {
            var text = new StringBuilder();
            for (int line = 0; line < 40; line++)
            {
                int length = random.Next(4) == 0 ? random.Next(3 * BlockSource.BlockBytes) : random.Next(2000);
                text.Append(CultureInfo.InvariantCulture, $"{next++} {new string('x', length)}").Append(line % 3 == 0 ? "\r\n" : "\n");
            }

            text.Append(file % 2 == 0 ? "" : $"{next++}");
            files.Add(new LogFile(_folder.Write($"{file}.jsonl", text.ToString())));
        }

        for (int repeat = 0; repeat < 5; repeat++)
        {
            List<int> steps = [];
            List<string> starts = [];
            LogReader.Read(files, () => new FirstNumber(), (file, begins, rows) =>
            {
                steps.AddRange(rows.Rows.Select(row => row.Step));
                if (begins)
                {
                    starts.Add(file.Path);
                }
            });
            Assert.Equal(Enumerable.Range(0, next), steps);
            Assert.Equal(files.Select(file => file.Path), starts);
        }
    }

    [Fact]
    public void A_line_that_ends_with_its_block_an_empty_file_and_a_byte_order_mark()
    {
        string first = "1 " + new string('x', BlockSource.BlockBytes - 3) + "\n";
        Assert.Equal(BlockSource.BlockBytes, first.Length);
        Assert.Equal([1, 2], Read(_folder.Write("a", first + "2\n")));
        Assert.Equal([1], Read(_folder.Write("b", first)));
        Assert.Equal([], Read(_folder.Write("c", "")));
        Assert.Equal([], Read(_folder.Write("d", "\n \r\n\t\n")));
        Assert.Equal([7], Read(_folder.Write("e", "\uFEFF7\n")));
        Assert.Equal([7, 8], Read(_folder.WriteBytes("f", TempFolder.Gzip("\uFEFF7\n8"))));
    }

    [Fact]
    public void The_first_bad_line_is_the_one_that_is_reported()
    {
        string filler = new('x', 100_000);
        string path = _folder.Write("a.jsonl", string.Join('\n', Enumerable.Range(0, 60).Select(i => i is 30 or 50 ? "bad" : $"{i} {filler}")));
        int merged = 0, lines = 0;
        RowException? problem = null;
        LogReader.Read([new LogFile(path)], () => new FirstNumber(), (_, _, rows) =>
        {
            problem ??= rows.Problem;
            lines += rows.Problem is null && problem is null ? rows.Lines : problem == rows.Problem ? rows.Lines : 0;
            merged++;
        });
        Assert.Equal("no number", problem?.Message);
        Assert.Equal(31, lines);
        Assert.True(merged > 5);
    }

    [Fact]
    public void An_exception_while_merging_ends_the_reading()
    {
        string path = _folder.Write("a.jsonl", string.Join('\n', Enumerable.Range(0, 400).Select(i => $"{i} {new string('x', 20_000)}")));
        int calls = 0;
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => LogReader.Read(
            [new LogFile(path)], () => new FirstNumber(), (_, _, _) => throw new InvalidDataException($"call {++calls}")));
        Assert.Equal("call 1", error.Message);
    }

    [Fact]
    public void A_line_without_an_end_is_refused_in_bounded_memory()
    {
        string path = _folder["long.jsonl"];
        using (FileStream file = File.Create(path))
        {
            file.SetLength(4L << 30); // sparse: takes no space
        }

        Bad.Input(() => Read(path), "a line is longer than 128 MiB");
    }

    [Fact]
    public void Gzip_that_expands_beyond_all_text_is_refused()
    {
        using (var bomb = new GZipStream(File.Create(_folder["bomb.jsonl.gz"]), CompressionLevel.SmallestSize))
        {
            byte[] blanks = new byte[1 << 20];
            blanks.AsSpan().Fill((byte)'\n');
            for (int i = 0; i < 80; i++)
            {
                bomb.Write(blanks);
            }
        }

        Bad.Input(() => Read(_folder["bomb.jsonl.gz"]), "expands more than 400 times");
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(10)]
    public void Gzip_without_its_end_is_refused(int missing)
    {
        // The last ten bytes are the end mark of the data, the check sum and the length: all lines are there.
        string path = _folder.WriteBytes("cut.jsonl.gz", TempFolder.Gzip("7\n8\n")[..^missing]);
        Bad.Input(() => Read(path), "cut.jsonl.gz: the file cannot be read on");
        using var lines = new Hone.Records.Lines.LineSource(path);
        Bad.Input(() =>
        {
            while (lines.Next(out _))
            {
            }
        }, "cut.jsonl.gz:", "the file cannot be read on");
    }

    [Fact]
    public void Gzip_cut_at_the_end_of_a_line_is_refused()
    {
        // A writer that flushes leaves whole lines behind when it is killed.
        using var cut = new MemoryStream();
        var zip = new GZipStream(cut, CompressionLevel.Fastest);
        zip.Write("7\n8\n"u8);
        zip.Flush();
        Bad.Input(() => Read(_folder.WriteBytes("cut.jsonl.gz", cut.ToArray())), "cut.jsonl.gz: the file cannot be read on");
        zip.Dispose();
    }

    private static List<int> Read(string path)
    {
        List<int> steps = [];
        LogReader.Read([new LogFile(path)], () => new FirstNumber(), (_, _, rows) => steps.AddRange(rows.Rows.Select(row => row.Step)));
        return steps;
    }

    private sealed class FirstNumber : ILineParser
    {
        public void Parse(ReadOnlySpan<byte> line, LogFile file, RowBlock rows)
        {
            int end = line.IndexOf((byte)' ');
            rows.Add(int.TryParse(end < 0 ? line : line[..end], CultureInfo.InvariantCulture, out int step)
                ? new LoggedRow { Step = step }
                : throw new RowException("no number", "none"));
        }
    }
}
