target "default" { contexts = { a = "cwd://b" } }
