# SPDX-License-Identifier: Apache-2.0
"""Generated command lines for dev/compare-command-lines: the commands, their options and the values
that are tried for each. A new option or command is a line here."""
import shlex

# Values by the type of an option. Invalid ones are as frequent as valid ones.
SWITCH = ["", "", "", "=true", "=false", "=1", "=0", "=T", "=", "=y", "=on", "=no", "=9", "=-1"]
SIZE = ["0", "1", "512m", "1.5g", "", "-1", "3e5", "+300k", ".3m", "1_000", "10kb", "5x", "1 k",
        "0x10", "1e400", "-0", "2GiB", "k", "1.", " 1"]
DURATION = ["0", "5s", "-5s", "", "5", "1m30s", ".5s", "1h", "x", "1ns", "1e3s"]
PLATFORM = ["linux/amd64", "amd64", "local", "", "linux/amd64,", " linux/amd64", "LINUX/AMD64",
            "linux/amd64,linux/amd64", "linux/a b", "linux/amd64/v1", "*", "nope", "x86_64",
            "linux/amd64/a/b", "linux//amd64", "linux/amd64/v2"]
BUILDER = ["z", "y", "x", "z", "nope", "", "Z", "[z]", "[]", "[z,y]", "build", "b", "rm", "ls",
           "default", "++", "-", "a b", "help", "create", "version"]
TEXT = ["x", "", "-x", "--", "a=b", "[a]", "{a}", "a,b", "'", "build", "=", "ü"]
PAIR = ["A=1", "A", "A=", "=1", "", "A=a=b", "A=x,y", "[A=1]", "a b=c", "-A=1"]
TAG = ["berthtest/a:1", "berthtest/a", "UPPER", "", "a b", "berthtest/a@sha256:" + "a" * 64,
       "f" * 64, "-x", "[a]", "rm", "localhost:5000/a:b"]
OUTPUT = ["type=oci,dest=o.tar", "type=tar,dest=o.tar", "type=local,dest=out", "out", "dest=out",
          "out=x", '"out,x"', "", "type=cacheonly", "type=bogus", "type=oci,dest=sub/o.tar",
          "type=local", "TYPE=oci,dest=o.tar", "[out]", "type=oci,tar=false,dest=lay",
          "type=local,dest=-", "type=image"]
ATTEST = ["type=provenance", "type=provenance,mode=min", "type=provenance,mode=max", "",
          "type=provenance,disabled=true", "type=provenance,mode=max,", "TYPE=provenance",
          "type=bogus", "mode=max", "type=provenance,disabled=maybe",
          "type=provenance,inline-only=true"]
PROVENANCE = ["true", "false", "", "mode=max", "mode=min", "min", "1", "mode=max,version=v1", "y"]
CONTEXTS = ["ctx", "ctx", "ctx", "[ctx]", "nope", "", "rm", "build", "-x", "ctx/"]
ENVIRONMENT = [{}] * 12 + [
    {"BUILDX_BUILDER": "y"}, {"BUILDX_BUILDER": ""}, {"DOCKER_CONTEXT": "nope"},
    {"DOCKER_HOST": "a b"}, {"DOCKER_TLS_VERIFY": "1"}, {"DOCKER_CONTEXT": "default"},
    {"BUILDX_NO_DEFAULT_ATTESTATIONS": "x"}, {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"},
    {"DOCKER_DEFAULT_PLATFORM": "linux/amd64,"}, {"BUILDX_NO_DEFAULT_LOAD": "x"},
    {"BUILDKIT_PROGRESS": "bogus"}, {"BUILDKIT_PROGRESS": "plain"}]
ANSWERS = ["", "", "n\n", "y\n", "Y\n", " y \n", "yes\n", "y", "\n"]

GLOBAL = {"--builder": BUILDER, "-D": SWITCH, "--debug": SWITCH}
COMMANDS = {
    "rm": ({"--all-inactive": SWITCH, "-f": SWITCH, "--force": SWITCH, "--keep-state": SWITCH,
            "--keep-daemon": SWITCH, "--timeout": DURATION}, BUILDER, 3),
    "stop": ({}, BUILDER, 2),
    "use": ({"--default": SWITCH, "--global": SWITCH}, BUILDER, 2),
    "inspect": ({"--timeout": DURATION}, BUILDER, 2),
    "ls": ({"--no-trunc": SWITCH, "--timeout": DURATION,
            "--format": ["{{.Name}}", "{{.Name}} {{.DriverEndpoint}}", "{{", "{{.Nope}}",
                         '{{printf "%s" .Name}}', "{{len .Name}}"]}, ["x", "ls"], 1),
    "create": ({"--name": ["q", "", "Q", "z", "default", "1q", "q_q", "q q", "-q", "[q]"],
                "--node": ["n", "", "N", "NODEz", "1", "a b"],
                "--driver": ["docker-container", "", "bogus", "DOCKER-container"],
                "--driver-opt": ["network=host", "", "env.A=1,image=x", '"env.A=1,2"', "memory=1g",
                                 "memory=x", "nope=1", "network", "cpu-quota=1.5", "[network=host]",
                                 "default-load=y", "memory=.5g", "env.=1"],
                "--buildkitd-flags": ["--debug", "", "--oci-worker-gc", "'", "a b"],
                "--platform": PLATFORM, "--timeout": ["20s", "0", "-5s", "", "x"],
                "--append": SWITCH, "--leave": SWITCH, "--use": SWITCH,
                "--bootstrap": ["=false", "=0", "=y", "="]},
               ["default", "++", "build", "nope:"], 1),
    "prune": ({"--max-used-space": SIZE, "--min-free-space": SIZE, "--reserved-space": SIZE,
               "--keep-storage": SIZE, "-a": SWITCH, "-f": SWITCH, "--verbose": SWITCH,
               "--filter": ["until=1h", "until=x", "", "x", "type=regular", "id=a", "a=b=c"],
               "--timeout": DURATION}, ["x", "++"], 1),
    "du": ({"--filter": ["until=1h", "until=x", "", "x", "type=regular"], "--verbose": SWITCH,
            "--format": ["json", "{{.ID}}", "{{"], "--timeout": DURATION}, ["x"], 1),
    "version": ({}, ["x"], 1),
    "build": ({"-t": TAG, "--tag": TAG, "-f": ["ctx/Dockerfile", "nope", "", "-x"],
               "--file": ["ctx/Dockerfile"], "-q": SWITCH, "--quiet": SWITCH,
               "--build-arg": PAIR, "--label": PAIR, "--annotation": PAIR,
               "--platform": PLATFORM, "-o": OUTPUT, "--output": OUTPUT, "--attest": ATTEST,
               "--provenance": PROVENANCE, "--shm-size": SIZE, "-m": SIZE, "--memory": SIZE,
               "--memory-swap": SIZE, "--cpu-quota": ["1000", "", "x", "0", "-1"],
               "--cpu-shares": ["5", "x"], "-c": ["5", ""], "--cpuset-cpus": ["0", "", "a"],
               "--resource": ["memory=64m", "memory=x", "x", "nope=1", "", "cpu-quota=1000"],
               "--no-cache-filter": ["", "a", "a,b"], "--no-cache": SWITCH, "--pull": ["=false"],
               "--target": ["", "nope", "a", "-x"], "--network": ["default", "none", "", "x"],
               "--add-host": ["a:1.2.3.4", "a=1.2.3.4", "", "a", "a:1.2.3.4,b:::1", '"a:1', "a:x"],
               "--allow": ["", "bogus", "network.host"], "--secret": ["", "id=s,src=s", "id=s", "x",
                                                                     "src=nope,id=n"],
               "--build-context": ["", "n=ctx", "n", "n=", "=ctx", "n=nope"],
               "--ulimit": ["nofile=10:20", "nofile=20:10", "", "x=1", "nofile"],
               "--ssh": ["", "nope=nope"], "--call": ["build", "", "bogus", "check"],
               "--check": SWITCH, "--iidfile": ["i", "sub/i", ""],
               "--metadata-file": ["m", "sub/m", ""], "--progress": ["plain", "bogus", "quiet", ""],
               "--cgroup-parent": ["", "x"], "--compress": SWITCH, "--rm": SWITCH,
               "--isolation": TEXT, "--security-opt": ["a", "", '"'], "--squash": SWITCH,
               "--load": ["=false", "=y"], "--push": ["=false", "=y"],
               "--cache-from": ["", "type=local,src=nope", "x,"], "--sbom": ["false", "", "0"]},
              CONTEXTS, 1),
}
BROKEN = ["---", "---x", "--=", "--nope", "--nope=1", "-Z", "--!", "-- x", "-=", "--", "-h=false",
          "--help=0", "-"]


class Line:
    def __init__(self, words, environment=None, answer=""):
        self.words, self.environment, self.answer = words, environment or {}, answer

    def __str__(self):
        text = " ".join(shlex.quote(word) for word in self.words)
        for name, value in self.environment.items():
            text = f"{name}={shlex.quote(value)} {text}"
        return f"printf {shlex.quote(self.answer)} | {text}" if self.answer else text


def spelled(choice, option, value, is_switch):
    if is_switch:
        return [option + value]
    if option.startswith("--"):
        return [f"{option}={value}"] if choice.random() < 0.5 else [option, value]
    return choice.choice([[option, value], [option + value], [f"{option}={value}"]])


# For successful builds, so that their requests can be compared.
GOOD_BUILD = {
    "--attest": [one for one in ATTEST if one and one.startswith("type=p") and one[-1] != ","
                 and "maybe" not in one] + ["TYPE=provenance"],
    "--provenance": ["true", "false", "", "mode=max", "mode=min", "1", "mode=max,version=v1"],
    "--sbom": ["false", "", "0"],
    "-m": ["64m", "0", "1.5g"], "--memory": ["32m"], "--memory-swap": ["-1", "1g", "0"],
    "--cpu-quota": ["1000", "0", "-1"], "--cpu-shares": ["5"], "-c": ["5", "0"],
    "--cpuset-cpus": ["0", ""], "--resource": ["memory=64m", "cpu-quota=1000", " cpu-period = 7"],
    "--shm-size": ["0", "1e6", ".5m", "2g", "1_000k"], "--no-cache-filter": ["", "a"],
    "--no-cache": ["=false"], "--label": ["A=1", "A", "A=", "[A]=1"], "--build-arg": ["A=1", "B"],
    "--target": ["", "a"], "--network": ["default", "none", ""], "--ulimit": ["nofile=10:20"],
    "--add-host": ["a:1.2.3.4", "", "a:1.2.3.4,b:::1"], "--secret": ["", "id=s,src=s"],
    "--platform": ["linux/amd64", "amd64", "local", "LINUX/AMD64", "linux/amd64/v2",
                   "windows(10.0.17763)/amd64", "linux/amd64,linux/arm64"],
    "--annotation": ["", "k=v"], "-t": ["berthtest/a:1", "berthtest/a"], "--cgroup-parent": ["", "x"],
    "--build-context": ["", "n=ctx"], "--pull": ["=false"], "--iidfile": ["", "i"],
}


def good_build(choice):
    parts = [spelled(choice, "-o", choice.choice(["type=oci,dest=o.tar", "type=oci,dest=sub/o.tar"]),
                     False), ["ctx"]]
    if choice.random() < 0.5:
        parts.append(["--attest=type=provenance,mode=max"])
    for option in choice.choices(sorted(GOOD_BUILD), k=choice.randint(0, 4)):
        values = GOOD_BUILD[option]
        parts.append(spelled(choice, option, choice.choice(values), values[0][:1] == "="))
    choice.shuffle(parts)
    return Line(["buildx", "build", *(word for part in parts for word in part)],
                choice.choice([{}, {}, {}, {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}]))


def generate(choice, only=None):
    name = only or choice.choice(list(COMMANDS))
    options, arguments, most = COMMANDS[name]
    options = {**options, **GLOBAL}
    parts = []
    count = choice.choice([0, 1, 1, 2, 2, 3])
    for option in choice.sample(sorted(options), min(count, len(options))):
        values = options[option]
        is_switch = values is SWITCH or all(value[:1] == "=" for value in values)
        parts.append(spelled(choice, option, choice.choice(values), is_switch))
    if choice.random() < 0.08:
        parts.append([choice.choice(BROKEN)])
    wanted = 1 if name == "build" and choice.random() < 0.9 else choice.randint(0, most)
    for _ in range(wanted):
        parts.append([choice.choice(arguments)])
    choice.shuffle(parts)
    words = [word for part in parts for word in part]
    before = []
    if choice.random() < 0.1:
        before = spelled(choice, "--builder", choice.choice(["z", "y", "", "help"]), False)
    return Line(["buildx", *before, name, *words], choice.choice(ENVIRONMENT),
                choice.choice(ANSWERS))
