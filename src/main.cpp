#include "berth/cli/command_line.hpp"

#include <cstdlib>

int main(int argc, char **argv) {
    // An empty one is none, but docker's CLI of 20.10 takes it for a host, a context of that name.
    for (const char *name : {"DOCKER_HOST", "DOCKER_CONTEXT"})
        if (const char *value = std::getenv(name); value != nullptr && *value == '\0')
            ::unsetenv(name);
    return berth::cli::run(std::vector<std::string>(argv, argv + argc));
}
