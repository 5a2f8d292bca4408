using System.CommandLine;
namespace Hone.Cli.Commands;
internal static class QuickstartCommand { public static Command Create(CommandContext context) => new("quickstart", "x"); }
