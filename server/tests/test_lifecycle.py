"""From start to exit: settings, weights, readiness, draining, exit codes."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Start
from running import PATIENCE, environment, free_port, launch

SLEEPER = """
    import time
    def model_fn(model_dir): return None
    def predict_fn(data, model):
        time.sleep(data)
        return data
"""
ECHO = """
    def predict_fn(data, model): return data
"""


def cli(*arguments: str, root: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "modelyard_server", *arguments],
        env=environment(root, 8080, settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_ping_is_503_until_the_model_is_loaded(start: Start) -> None:
    server = start(
        """
        import time, os
        def model_fn(model_dir):
            while not os.path.exists(model_dir + "/go"): time.sleep(0.01)
        def predict_fn(data, model): return data
        """
    )
    assert server.ask("GET", "/ping").status == 503
    assert server.post(1).status == 503
    (server.model_dir / "go").touch()
    server.wait_until_ready()
    assert server.post(1).json == 1


def test_the_drain_finishes_what_is_under_way(start: Start) -> None:
    server = start(SLEEPER).wait_until_ready()
    with concurrent.futures.ThreadPoolExecutor(1) as caller:
        call = caller.submit(server.post, 0.8)
        time.sleep(0.3)
        server.terminate()
        assert server.ask("GET", "/ping").status == 503
        assert server.post(0).status == 503
        reply = call.result()
    assert (reply.status, reply.json) == (200, 0.8)
    assert server.exit_code() == 0
    assert server.events("drained")[0]["left"] == 0


def test_the_delay_goes_on_serving(start: Start) -> None:
    server = start(SLEEPER, MODELYARD_SHUTDOWN_DELAY="600ms").wait_until_ready()
    server.terminate()
    assert server.ask("GET", "/ping").status == 503
    reply = server.post(0)
    assert (reply.status, reply.headers["connection"]) == (200, "close")
    assert server.exit_code() == 0


def test_the_drain_ends(start: Start) -> None:
    server = start(SLEEPER, MODELYARD_DRAIN="200ms").wait_until_ready()
    with concurrent.futures.ThreadPoolExecutor(1) as caller:
        call = caller.submit(server.post, 30)
        time.sleep(0.2)
        begun = time.monotonic()
        server.terminate()
        assert server.exit_code() == 0
        assert time.monotonic() - begun < 5
        assert call.exception() is not None
    assert server.events("ended_with_work_left")


def test_a_second_signal_ends_at_once(start: Start) -> None:
    server = start(SLEEPER).wait_until_ready()
    with concurrent.futures.ThreadPoolExecutor(1) as caller:
        caller.submit(server.post, 30)
        time.sleep(0.2)
        server.terminate()
        server.wait_for_event("draining")
        server.terminate()
        assert server.exit_code() == 128 + signal.SIGTERM


def test_a_second_signal_ends_it_also_if_nobody_reads_the_log(tmp_path: Path) -> None:
    """The first thread is then inside a write, and does not come back from it."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "inference.py").write_text("def predict_fn(data, model): return data")
    port = free_port()
    command = [sys.executable, "-m", "modelyard_server", "serve"]
    with subprocess.Popen(command, env=environment(tmp_path, port, {}), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()  # it listens
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            try:
                for _ in range(5000):
                    connection.sendall(b"GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n")
                    connection.recv(4096)
            except TimeoutError:
                pass  # the pipe is full
            else:
                raise AssertionError("the log was never full")
        for _ in range(2):
            process.terminate()
            time.sleep(0.2)
        try:
            assert process.wait(timeout=PATIENCE) == 128 + signal.SIGTERM
        finally:
            process.kill()


def test_sigterm_while_loading_ends(start: Start) -> None:
    server = start("import time; time.sleep(60)")
    server.terminate()
    assert server.exit_code() == 0


def test_weights_are_verified_before_the_code_runs(tmp_path: Path) -> None:
    handler = """
        import pathlib
        pathlib.Path("imported").touch()
        def predict_fn(data, model): return data
    """
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "w.bin").write_bytes(b"weights")
    wrong = json.dumps([{"path": "w.bin", "sha256": "0" * 64}])
    server = launch(tmp_path, handler, {"MODELYARD_WEIGHTS": wrong})
    assert server.exit_code() == 78
    refused = server.events("weights_refused")[0]
    assert hashlib.sha256(b"weights").hexdigest() in refused["reason"]
    assert not (tmp_path / "imported").exists()


@pytest.mark.parametrize("form", ["json", "sums", "json-file"])
def test_the_right_weights_are_accepted(tmp_path: Path, start: Start, form: str) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "w.bin").write_bytes(b"weights" * 1_000_000)
    digest = hashlib.sha256(b"weights" * 1_000_000).hexdigest()
    given = json.dumps([{"path": str(tmp_path / "model" / "w.bin"), "sha256": digest}])
    listed = tmp_path / "listed"
    listed.write_text(given if form == "json-file" else f"{digest}  w.bin\n")
    server = start(ECHO, MODELYARD_WEIGHTS=given if form == "json" else str(listed)).wait_until_ready()
    assert server.events("weights_verified")[0]["bytes"] == 7_000_000


def test_missing_weights_end_it(tmp_path: Path) -> None:
    server = launch(tmp_path, ECHO, {"MODELYARD_WEIGHTS": f'[{{"path": "x", "sha256": "{"0" * 64}"}}]'})
    assert server.exit_code() == 78


BROKEN = {
    "def model_fn(d): raise OSError('no such model')\ndef predict_fn(d, m): return d": "no such model",
    "import nothing_of_this_name": "nothing_of_this_name",
    "def predict_fn(): return 1": "must take 2 arguments",
    "x = 1": "neither predict_fn",
    "def transform_fn(m, b, c, a): pass\ndef predict_fn(d, m): pass": "the module has both",
    "import sys; sys.exit(0)": "cannot be imported",
}


def test_a_model_that_does_not_load_ends_it_with_70(tmp_path: Path) -> None:
    servers = []
    for number, handler in enumerate(BROKEN):
        (tmp_path / str(number)).mkdir()
        servers.append(launch(tmp_path / str(number), handler, {}))
    for server, what in zip(servers, BROKEN.values(), strict=True):
        assert server.exit_code() == 70
        assert what in server.events("model_not_loaded")[0]["traceback"]


def test_a_port_in_use_ends_it_with_71(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = launch(tmp_path, ECHO, {"SAGEMAKER_BIND_TO_PORT": str(taken.getsockname()[1])})
        assert server.exit_code() == 71
    assert "in use" in server.events("port_unusable")[0]["reason"]


def test_a_missing_handler_ends_it_with_78(tmp_path: Path) -> None:
    server = launch(tmp_path, ECHO, {"SAGEMAKER_PROGRAM": "other.py"})
    assert server.exit_code() == 78


def test_check_prints_settings(tmp_path: Path) -> None:
    done = cli("--check", root=tmp_path, MODELYARD_MAX_BODY="2Mi", SAGEMAKER_BIND_TO_PORT="9000")
    settings = json.loads(done.stdout)
    assert done.returncode == 0
    assert (settings["max_body"], settings["port"], settings["timeout"]) == (2 * 2**20, 9000, 55.0)


def test_wrong_settings_are_all_named(tmp_path: Path) -> None:
    done = cli("serve", root=tmp_path, MODELYARD_MAX_BODI="1", MODELYARD_TIMEOUT="soon", SM_MODEL_DIR="model")
    assert done.returncode == 78
    assert "MODELYARD_MAX_BODI: there is no such setting; did you mean MODELYARD_MAX_BODY?" in done.stderr
    assert "MODELYARD_TIMEOUT=soon: must be a duration" in done.stderr
    assert "SM_MODEL_DIR=model: must be an absolute path" in done.stderr


def test_train_is_refused(tmp_path: Path) -> None:
    done = cli("train", root=tmp_path)
    assert done.returncode == 64
    assert "does not train" in done.stderr


def test_nothing_is_written_but_to_stdout(start: Start, tmp_path: Path) -> None:
    server = start(ECHO, PYTHONDONTWRITEBYTECODE="1").wait_until_ready()
    server.post(1)
    written = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*")}
    assert written == {"code", "model", "models", server.log.name}
