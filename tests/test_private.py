"""What other users of the machine may see: no port, no file, and nothing that is left behind."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from conftest import front_environment, point_at
from nbclient import NotebookClient
from nbval.kernel import start_new_kernel
from ports import Watch

from helpers import execute, files, paths, run, settings, workflow
from helpers.errors import MonitorError, Problems
from helpers.execute import scaffold
from helpers.release import signoff
from helpers.warm import kernel, sockets

linux = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's /proc")
ASK = """
from ipykernel.kernelapp import IPKernelApp
import os
kernel = IPKernelApp.instance()
folder = os.path.dirname(kernel.ip)
assert kernel.transport == "ipc"
assert len(kernel.session.key) >= 32 and kernel.session.signature_scheme == "hmac-sha256"
assert os.stat(folder).st_mode & 0o777 == 0o700
assert os.umask(0o077) == 0o077
print(folder)
"""
PLAIN = "from jupyter_client.manager import start_new_kernel; import time; start_new_kernel(); time.sleep(3)"


def watched(command, **options):
    """Run a command to its end; the ports on which it and all that it started listened meanwhile."""
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True, **options)
    with Watch(process.pid) as watch:
        _, errors = process.communicate(timeout=300)
    assert watch.looks > 5
    return watch.found, process.returncode, errors


@linux
def test_the_way_of_jupyter_itself_is_caught():
    found, _, _ = watched([sys.executable, "-c", PLAIN])
    assert len(found) >= 5


@linux
def test_no_port_listens_while_a_chapter_runs(ready):
    """In an ordinary Python; ``test_warm`` looks at a warm one."""
    command = [sys.executable, "-m", "helpers.execute", "small", "99AB", "3-institutions-role"]
    found, code, errors = watched(command, env=front_environment(ready))
    assert code == 0, errors
    assert found == set()
    assert (ready / "outputs/small/units/99AB/3-institutions-role.ipynb").is_file()


def asked(cell=ASK):
    kernel.private()
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(book, kernel_name="python3").execute()
    return "".join(output["text"] for output in book.cells[0].outputs)


def test_a_kernel_talks_over_sockets_of_its_owner_which_go_afterwards():
    folder = Path(asked().strip())
    assert folder.name.startswith("miv-")
    assert not folder.exists()


def test_what_a_forked_process_prints_is_still_shown():
    assert "from the child" in asked(
        "import os, time\n"
        "if os.fork() == 0:\n    print('from the child', flush=True); time.sleep(0.5); os._exit(0)\n"
        "os.wait(); time.sleep(0.5)"
    )


def test_nbval_has_the_same_kernels():
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        assert manager.transport == "ipc"
        assert isinstance(manager.provisioner, kernel.LocalSockets)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_jupyterlab_has_the_same_kernels():
    text = (paths.ROOT / "scripts/jupyter_server_config.py").read_text(encoding="utf-8")
    assert "kernel.private()" in text


def test_a_folder_for_temporary_files_on_a_long_path(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    folder = sockets.make()
    assert folder.parent == sockets.SHORT
    folder.rmdir()
    monkeypatch.setattr(sockets, "SHORT", long)
    with pytest.raises(MonitorError, match="set TMPDIR to a folder"):
        sockets.make()


def test_scratch_goes_with_all_that_is_in_it(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with sockets.scratch() as folder:
        inner = Path(subprocess.run(["mktemp"], capture_output=True, text=True, check=True).stdout.strip())
        assert inner.is_relative_to(folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
    assert os.environ["TMPDIR"] == str(tmp_path)


def test_only_folders_of_ours_are_cleared(tmp_path):
    sockets.clear(tmp_path)
    assert tmp_path.is_dir()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="forked jobs need Linux")
def test_scratch_goes_when_the_run_is_killed(tmp_path):
    words = "import time; from helpers import workflow\nwith workflow.warm(): print('up', flush=True); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", words],
        env={**front_environment(tmp_path), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    until = time.monotonic() + 60
    while not list(tmp_path.glob("miv-*/warm")) and time.monotonic() < until:
        time.sleep(0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 60
    while list(tmp_path.glob("miv-*")) and time.monotonic() < until:
        time.sleep(0.1)
    assert not list(tmp_path.glob("miv-*"))


@linux
def test_what_a_killed_job_was_writing_goes(tmp_path, monkeypatch):
    monkeypatch.setenv("MIV_OUTPUTS", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    unit = tmp_path / "small/units/99AA"
    (unit / f".report.{ended.pid}").mkdir(parents=True)
    kept = [unit / f".x.json.{os.getpid()}", unit / ".lock", unit / "x.1.ipynb"]
    for path in (*kept, unit / f".1-student-safety.{ended.pid}.ipynb", unit / f".x.json.{ended.pid}"):
        path.touch()
    with workflow.only_one("small"):
        pass
    assert sorted(unit.iterdir()) == sorted(kept)


def as_another_user(names):
    """Which of these files user 'nobody' can open, and which folders he can look into."""
    script = 'while read -r name; do { head -c 1 "$name" || ls "$name"; } >/dev/null 2>&1 && echo "$name"; done; true'
    done = subprocess.run(
        ["sh", "-c", script], input="".join(f"{name}\n" for name in names),
        user=65534, group=65534, extra_groups=[], cwd="/", capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.splitlines())


@pytest.fixture
def passable(analysed, monkeypatch):
    """The prepared small world in a place that every user may enter; pytest's own folders are closed."""
    root = Path(tempfile.mkdtemp(prefix="seen-"))
    shutil.copytree(analysed, root / "world")
    for path in (root, root / "world"):
        path.chmod(0o755)
    yield point_at(monkeypatch, root / "world")
    shutil.rmtree(root)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can look as another user")
def test_another_user_opens_no_delivery_table_unit_or_report(passable, monkeypatch):
    """The deliveries came readable by all; what is made is made under a mask that would let all read."""
    for path in (passable / "deliveries", *(passable / "deliveries").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    open_file = passable / "open.txt"
    open_file.write_text("x")
    open_file.chmod(0o644)
    before = [open_file, passable / "deliveries/small", passable / "deliveries/small/register.csv"]
    assert as_another_user(before) == set(map(str, before))
    done = subprocess.run(
        [sys.executable, "-m", "helpers.run", "intake", "--edition", "small"],
        env=front_environment(passable), umask=0o022, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [sys.executable, "-m", "helpers.execute", "small", "99AB", "0-picture"],
        env=front_environment(passable), umask=0o022, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = [path for part in ("deliveries/small", "outputs/small") for path in (passable / part).rglob("*")]
    assert any(path.suffix == ".parquet" for path in made)
    assert any(path.name == "0-picture.ipynb" for path in made)
    assert as_another_user([open_file, *made]) == {str(open_file)}
    # each file by itself, not only by the folder around it
    assert [path for path in made if not path.is_symlink() and path.stat().st_mode & 0o077] == []


def test_every_process_of_the_project_makes_files_of_its_owner(tmp_path):
    words = "import helpers, pathlib; pathlib.Path('x').touch(); pathlib.Path('y').mkdir()"
    subprocess.run([sys.executable, "-c", words], cwd=tmp_path, umask=0, check=True)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "xy"] == [0o600, 0o700]


def test_a_report_is_closed_however_its_parts_came(tmp_path):
    """Copies of folders keep their modes."""
    folder = tmp_path / "report"
    folder.mkdir(mode=0o755)
    (folder / "site.css").touch()
    (folder / "site.css").chmod(0o644)
    (folder / "link").symlink_to("/etc/hostname")
    assert files.close(folder) == []
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "site.css")] == [0o700, 0o600]


def test_a_real_edition_that_cannot_be_kept_from_others_is_refused(tmp_path, monkeypatch, edition_file):
    edition_file("autumn", synthetic=None)
    monkeypatch.setenv("MIV_DELIVERIES", str(tmp_path / "deliveries"))
    (tmp_path / "deliveries/autumn").mkdir(parents=True)
    monkeypatch.setattr(Path, "chmod", lambda *_: (_ for _ in ()).throw(PermissionError()))
    os.chmod(tmp_path / "deliveries/autumn", 0o755)  # noqa: PTH101
    with pytest.raises(Problems, match="other users can open it"):
        run._keep_to_owner(settings.load_edition("autumn"))
    monkeypatch.undo()


def test_outputs_of_a_real_edition_are_never_stored_in_a_notebook(world, edition_file):
    edition_file("autumn", synthetic=None)
    real = paths.EditionPaths("autumn").data / "staff.parquet"
    synthetic = paths.EditionPaths("small").data / "staff.parquet"
    execute._only_synthetic("notebooks/x.ipynb", {synthetic, paths.CHAPTERS})
    with pytest.raises(execute.ChapterFailed, match="of an edition that is not synthetic"):
        execute._only_synthetic("notebooks/x.ipynb", {synthetic, real})
    with pytest.raises(MonitorError):
        execute._only_synthetic("notebooks/x.ipynb", {paths.EditionPaths("nowhere").data / "staff.parquet"})


TURNED = "ROC \u202eabc"


def test_names_that_show_as_another_are_refused(edition_file):
    assert files.marks(TURNED) == "U+202E"
    assert files.marks("ROC É. ’t Gooi – Ø") == ""
    with pytest.raises(Problems, match=r"U\+202E"):
        edition_file("small", title=TURNED)
    with pytest.raises(MonitorError, match=r"NAME holds marks that turn text around \(U\+202E\)"):
        signoff.sign("small", f"Jo {TURNED}", "", None, None)
    with pytest.raises(Problems, match="TITLE: found marks that turn text around"):
        scaffold.new_chapter("9-vreemd", TURNED)
    with pytest.raises(Problems, match="a number and words of small letters"):
        scaffold.new_chapter("9-vr\u202eeemd")
