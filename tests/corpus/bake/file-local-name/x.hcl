target "default" { context = "cwd://src" }
