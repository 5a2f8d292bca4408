namespace Hone.Engine.Files;

/// <summary>Checks on the folder that holds a model.</summary>
internal static class ModelFolder
{
    internal static void MustExist(string folder)
    {
        if (!Directory.Exists(folder))
        {
            string what = File.Exists(folder) ? "a file, expected a folder" : "no such folder";
            throw new DirectoryNotFoundException(
                $"{folder}: {what}. Hint: give the folder that holds config.json and the weights.");
        }
    }
}
