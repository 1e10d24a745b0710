target "default" {
  description = "all of it"
  annotations = ["index,manifest:org.example.a=b", "c=d"]
  attest = ["type=provenance,mode=max", { type = "sbom", generator = "example/scan" }]
  context = "./dir/../dir"
  contexts = { base = "docker-image://alpine", other = "../other" }
  dockerfile = "./sub/Dockerfile"
  dockerfile-inline = "FROM scratch\nENV A=$${B} %%{C}\n"
  args = { B = "2", A = "<&>", N = null }
  labels = { "org.example" = "${1 + 1}", esc = "$${x}" }
  tags = ["a:1", "a:2", "a:1"]
  cache-from = ["a/cache", "type=gha,scope=x", { type = "local", src = "./c" }]
  cache-to = [{ type = "local", dest = "./c", mode = "max" }, "type=inline"]
  target = "final"
  platforms = ["linux/amd64", "linux/arm64"]
  output = ["type=docker", "./out", { type = "local", dest = "d" }, "type=docker"]
  pull = true
  no-cache = false
  network = "host"
  no-cache-filter = ["a", "b"]
  shm-size = "128m"
  ulimits = ["nofile=1:2"]
  call = "check"
  entitlements = ["security.insecure"]
  extra-hosts = { h = "1.2.3.4" }
}
