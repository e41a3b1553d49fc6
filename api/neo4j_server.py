"""A Neo4j for this machine: the one at NEO4J_URI, else Docker's official image, else the jars from Maven Central.

`python -m api.neo4j_server start` prints the URI of a running server (and leaves it running), `stop` ends it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

VERSION = "5.26.30"
HOME = Path(os.environ.get("CREDITGRAPH_NEO4J_HOME", ".neo4j")).absolute()
BOLT, HTTP = 17687, 17474
INSTALL = "apt-get install -y openjdk-17-jre-headless maven   # or Docker, or set NEO4J_URI"

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>creditgraph</groupId><artifactId>neo4j-home</artifactId><version>1</version><packaging>pom</packaging><dependencies>
<dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{VERSION}</version></dependency>
<dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{VERSION}</version></dependency>
</dependencies></project>
"""
CONF = f"""server.default_listen_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:{BOLT}
server.http.listen_address=127.0.0.1:{HTTP}
dbms.usage_report.enabled=false
dbms.security.auth_enabled=false
server.memory.pagecache.size=512m
db.tx_log.rotation.retention_policy=keep_none
server.memory.query_cache.per_db_cache_num_entries=5000
"""
OPENS = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")


class Unavailable(RuntimeError):
    """No server can be had; the message holds the line that installs one."""


def start() -> str:
    """The URI of a server that answers, started if need be. Raises Unavailable."""
    if uri := os.environ.get("NEO4J_URI"):
        return uri
    if _answers():
        return f"bolt://127.0.0.1:{BOLT}"
    if _docker():
        _start_docker()
    elif shutil.which("java") and shutil.which("mvn"):
        _start_jars()
    else:
        raise Unavailable(f"no Neo4j: neither NEO4J_URI, Docker nor Java with Maven. {INSTALL}")
    return f"bolt://127.0.0.1:{BOLT}"


def stop() -> None:
    """End the server that `start` started."""
    pid = HOME / "run" / "server.pid"
    if pid.exists():
        server = int(pid.read_text())
        with suppress(ProcessLookupError):
            os.kill(server, signal.SIGTERM)
        for _ in range(100):
            if not _alive(server):
                break
            time.sleep(0.1)
        pid.unlink(missing_ok=True)
    elif _docker():
        subprocess.run(["docker", "rm", "-f", "creditgraph-neo4j"], capture_output=True, check=False)


def crash() -> bool:
    """End the server that `start` started with no chance to finish anything; False where it is not ours to end."""
    pid = HOME / "run" / "server.pid"
    if os.environ.get("NEO4J_URI"):
        return False
    if not pid.exists():
        return subprocess.run(["docker", "kill", "creditgraph-neo4j"], capture_output=True, check=False).returncode == 0
    server = int(pid.read_text())
    os.kill(server, signal.SIGKILL)
    while _alive(server):
        time.sleep(0.05)
    return True


def _answers() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", BOLT)) == 0


def _docker() -> bool:
    docker = shutil.which("docker")
    return (
        bool(docker)
        and subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=20).returncode == 0
    )


def _start_docker() -> None:
    subprocess.run(
        [
            "docker",
            "run",
            "-d",
            "--rm",
            "--name",
            "creditgraph-neo4j",
            "-p",
            f"127.0.0.1:{BOLT}:7687",
            "-e",
            "NEO4J_AUTH=none",
            f"neo4j:{VERSION.rpartition('.')[0]}-community",
        ],
        check=True,
        capture_output=True,
    )
    _wait(None)


def _start_jars() -> None:
    for name in ("conf", "data", "logs", "plugins", "import", "run"):
        (HOME / name).mkdir(parents=True, exist_ok=True)
    if not (HOME / "lib" / ".complete").exists():
        (HOME / "pom.xml").write_text(POM)
        done = subprocess.run(
            [
                "mvn",
                "-q",
                "-B",
                "-f",
                str(HOME / "pom.xml"),
                "dependency:copy-dependencies",
                f"-DoutputDirectory={HOME / 'lib'}",
                "-DincludeScope=runtime",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Unavailable(f"Maven could not fetch Neo4j {VERSION}: {done.stdout[-300:]}. {INSTALL}")
        (HOME / "lib" / ".complete").touch()
    (HOME / "conf" / "neo4j.conf").write_text(CONF)
    command = [
        *("java", "-Xms512m", "-Xmx2g", "-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-Dfile.encoding=UTF-8"),
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENS),
        *("-cp", f"{HOME}/lib/*", "org.neo4j.server.CommunityEntryPoint"),
        *(f"--home-dir={HOME}", f"--config-dir={HOME / 'conf'}"),
    ]
    log = shlex.quote(str(HOME / "logs" / "console.log"))
    # By way of a shell, so that the server is nobody's child and outlives whoever started it.
    shell = f"nohup setsid {shlex.join(command)} > {log} 2>&1 < /dev/null & echo $!"
    pid = int(subprocess.run(["sh", "-c", shell], check=True, capture_output=True, text=True).stdout)
    (HOME / "run" / "server.pid").write_text(str(pid))
    _wait(pid)


def _wait(pid: int | None) -> None:
    for _ in range(300):
        if _answers():
            return
        if pid and not _alive(pid):
            raise Unavailable(f"Neo4j ended at once; see {HOME / 'logs'}")
        time.sleep(0.2)
    raise Unavailable("Neo4j did not answer within 60 s")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["stop"]:
            stop()
        else:
            print(start())
    except Unavailable as error:
        sys.exit(str(error))
