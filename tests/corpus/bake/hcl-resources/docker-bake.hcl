target "a" {
  resources = { memory = "1g", cpu-shares = 512 }
}
target "default" {
  inherits = ["a"]
  resources = { cpu-quota = 1000, cpuset-cpus = "0-1" }
}
