using System.Text.RegularExpressions;
using Portal.Tests.Doubles;
using Portal.Web.Launch.Processes;
using Xunit;

namespace Portal.Tests.Launch.Prefork;

/// <summary>
/// An app prints the same where it is forked and where it is started by itself: a library, a script that uses it, and the
/// output of <c>python -m streamlit run</c> against that of two instances of one spawner.
/// </summary>
public sealed class SameAsAloneTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("import os; os.environ['SET'] = 'library'", "import os, test_lib; print(os.environ.get('SET'))")]
    [InlineData("import os; os.environ['SET'] = 'library'", "import os; print(os.environ.get('SET')); import test_lib; print(os.environ['SET'])")]
    [InlineData("import os; V = os.environ.get('READ')", "import os; os.environ['READ'] = 'script'; import test_lib; print(test_lib.V)")]
    [InlineData("import os; V = os.environ.get('READ')", "import os; n = 'RE'; os.environ.update({n + 'AD': 'x'}); import test_lib; print(test_lib.V)")]
    [InlineData("file = open(__file__ + '.appended', 'a')", "import os, test_lib; print(os.path.samestat(os.fstat(test_lib.file.fileno()), os.stat(test_lib.file.name)), test_lib.file.fileno() > 2)")]
    [InlineData("import os; PID = os.getpid()", "import os, test_lib; print(test_lib.PID == os.getpid())")]
    [InlineData("import sys; ARGV = list(sys.argv)", "import sys, test_lib; print(test_lib.ARGV == sys.argv)")]
    [InlineData("import sys; MAIN = sys.modules['__main__']", "import sys, test_lib; print(test_lib.MAIN is sys.modules['__main__'], test_lib.MAIN.__file__)")]
    [InlineData("import warnings; warnings.filterwarnings('ignore', 'some text')", "import warnings; print(len(warnings.filters)); import test_lib; print(len(warnings.filters), warnings.filters[0])")]
    [InlineData("import logging; logging.basicConfig(level=10)", "import logging; print(logging.root.handlers); import test_lib; print(logging.root)")]
    [InlineData("import threading; local = threading.local(); local.value = 1", "import test_lib; print(sorted(vars(test_lib.local)))")]
    [InlineData("import decimal; decimal.getcontext().prec = 7", "import decimal; print(decimal.getcontext()); import test_lib; print(decimal.getcontext())")]
    [InlineData("import os; os.umask(0o027)", "import os, test_lib; print(os.umask(0))")]
    [InlineData("import os; os.chdir('/')", "import os; print(os.getcwd()); import test_lib; print(os.getcwd())")]
    [InlineData("import locale; locale.setlocale(locale.LC_ALL, 'C')", "import locale; print(locale.setlocale(locale.LC_ALL)); import test_lib; print(locale.setlocale(locale.LC_ALL))")]
    [InlineData("import signal; signal.setitimer(signal.ITIMER_REAL, 500)", "import signal, test_lib; print(signal.getitimer(signal.ITIMER_REAL)[0] > 0)")]
    [InlineData("import faulthandler; faulthandler.enable()", "import faulthandler; print(faulthandler.is_enabled()); import test_lib; print(faulthandler.is_enabled())")]
    [InlineData("import sys; sys.setswitchinterval(0.5)", "import sys; print(sys.getswitchinterval()); import test_lib; print(sys.getswitchinterval())")]
    [InlineData("import sys; sys.setrecursionlimit(5000)", "import sys; print(sys.getrecursionlimit()); import test_lib; print(sys.getrecursionlimit())")]
    [InlineData("import json; json.dumps = len", "import json; print(json.dumps); import test_lib; print(json.dumps)")]
    [InlineData("import sys; sys.path.append('/nowhere')", "import sys; print(sys.path); import test_lib; print(sys.path)")]
    [InlineData("import atexit; atexit.register(print, 'the end')", "import test_lib; print('begins')")]
    [InlineData("print('imported')", "print('first'); import test_lib")]
    [InlineData("import socket; socket.setdefaulttimeout(5)", "import socket; print(socket.getdefaulttimeout()); import test_lib; print(socket.getdefaulttimeout())")]
    [InlineData("import time, os; os.environ['TZ'] = 'Asia/Seoul'; time.tzset()", "import time; print(time.tzname); import test_lib; print(time.tzname)")]
    [InlineData("import contextvars; v = contextvars.ContextVar('v', default=0); v.set(1)", "import test_lib; print(test_lib.v.get())")]
    [InlineData("import os; os.register_at_fork(after_in_child=lambda: os.write(1, b'forked'))", "import test_lib; print('begins')")]
    [InlineData("import inspect; STACK = [frame.function for frame in inspect.stack()]", "import test_lib; print(test_lib.STACK[:8])")]
    [InlineData("import mmap; shared = mmap.mmap(-1, 4096)", "import test_lib; test_lib.shared[0] += 1; print(test_lib.shared[0])")]
    [InlineData("import xml.dom.minidom", "import xml; print(hasattr(xml, 'dom')); import test_lib; print(hasattr(xml, 'dom'))")]
    [InlineData("", "import sys; print('test_lib' in sys.modules); import test_lib; print('test_lib' in sys.modules, test_lib.__spec__)")]
    [InlineData("", "import sys; print(sys.meta_path, sys.path_hooks, sys.path, sys.orig_argv, sys.argv, sys.flags, sorted(vars(sys.modules['__main__'])))")]
    [InlineData("", "import os, threading; print(threading.enumerate(), os.nice(0), len(os.listdir('/proc/self/task')), open('/proc/self/cmdline').read().rstrip('\\0'))")]
    [InlineData("import no_such_module", "import traceback\ntry: import test_lib\nexcept ImportError: print(traceback.format_exc())")]
    public async Task A_forked_app_prints_what_it_prints_alone(string library, string script)
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            test.Streamlit.Write("test_lib.py", library);
            test.Streamlit.Script(script);
        }, "test_lib");
        var alone = await RunAloneAsync(spawner);

        var first = await RunForkedAsync(spawner);
        var second = await RunForkedAsync(spawner);

        Assert.NotEmpty(alone);
        Assert.Equal(alone, first);
        Assert.Equal(alone, second);
    }

    [Theory]
    [InlineData("import random; R = random.Random()", "import test_lib; print(test_lib.R.random())")]
    [InlineData("import secrets; TOKEN = secrets.token_hex(8)", "import test_lib; print(test_lib.TOKEN)")]
    [InlineData("import tempfile; FOLDER = tempfile.mkdtemp()", "import os, test_lib; print(test_lib.FOLDER); os.rmdir(test_lib.FOLDER)")]
    [InlineData("", "import random, test_lib; print(random.random())")]
    [InlineData("", "import multiprocessing, test_lib; print(bytes(multiprocessing.current_process().authkey))")]
    [InlineData("", "import uuid, test_lib; print(uuid.uuid4())")]
    public async Task Two_instances_draw_different_values(string library, string script)
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            test.Streamlit.Write("test_lib.py", library);
            test.Streamlit.Script(script);
        }, "test_lib");

        Assert.NotEqual(await RunForkedAsync(spawner), await RunForkedAsync(spawner), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_module_of_the_apps_own_folder_is_found_before_one_of_the_same_name()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            Directory.CreateDirectory(test.Ground.PathOf("src"));
            File.WriteAllText(test.Ground.PathOf("src/profile.py"), "MINE = True");
            test.Streamlit.Script($"import sys; sys.path.insert(0, '{test.Ground.PathOf("src")}'); import profile; print(profile.__file__)");
        });

        Assert.Equal(await RunAloneAsync(spawner), await RunForkedAsync(spawner));
    }

    [Fact]
    public async Task A_module_beside_the_script_that_Streamlit_would_find_is_found()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test => test.Streamlit.Script("import random; print(random.random())"));
        await spawner.HearAsync("warm");
        await File.WriteAllTextAsync(
            spawner.Ground.PathOf("random.py"), "def random():\n  return 'mine'", Cancelled);

        Assert.Equal(await RunAloneAsync(spawner), await RunForkedAsync(spawner));
    }

    [Fact]
    public async Task A_connection_that_a_module_of_PYTHONPATH_opens_is_never_shared()
    {
        await using var spawner = await SpawnerUnderTest.WarmAsync(test =>
        {
            var shared = Directory.CreateDirectory(test.Ground.PathOf("shared")).FullName;
            File.WriteAllText(Path.Combine(shared, "corporate.py"), "import secrets; TOKEN = secrets.token_hex(8)");
            test.Streamlit.Environment["PYTHONPATH"] = shared;
            test.Streamlit.Write("test_lib.py", "from corporate import TOKEN");
            test.Streamlit.Script("import test_lib; print(test_lib.TOKEN)");
        });

        Assert.NotEqual(await RunForkedAsync(spawner), await RunForkedAsync(spawner), StringComparer.Ordinal);
    }

    private static async Task<string> RunAloneAsync(SpawnerUnderTest spawner)
    {
        string[] command =
        [
            "/bin/sh", "-c", "exec \"$@\" >alone.log 2>&1 </dev/null", "sh",
            StandInStreamlit.Python, "-m", "streamlit", "run", spawner.Ground.Script, "--flag=1",
        ];
        await Tool.RunAsync(
            ClosedCommand.Of(command, spawner.Streamlit.Environment).WithWorkingDirectory(spawner.Ground.Folder));
        return Printed(spawner.Ground.PathOf("alone.log"));
    }

    private static async Task<string> RunForkedAsync(SpawnerUnderTest spawner)
    {
        var log = spawner.Ground.PathOf(Guid.NewGuid().ToString("N"));
        var order = spawner.Order();
        order["log"] = log;
        await spawner.AskAsync(order);
        var reply = await spawner.HearReplyAsync();
        Assert.True(reply["error"] is null, reply.ToJsonString());
        while ((int?)(await spawner.HearAsync("exited"))["pid"] != (int?)reply["pid"])
        {
            // Of another.
        }

        return Printed(log);
    }

    /// <summary>What came after the stand-in's own line, without addresses in memory and the ids of threads.</summary>
    private static string Printed(string log) => Regex.Replace(
        string.Join('\n', File.ReadAllLines(log).Where(line => !line.StartsWith('{'))), "0x[0-9a-f]+|started [0-9]+", "…", RegexOptions.ExplicitCapture, Eventually.Limit);
}
