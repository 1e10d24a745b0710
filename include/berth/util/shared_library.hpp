// SPDX-License-Identifier: Apache-2.0
// A shared library that is loaded when it is needed: each one that is linked delays every start.
#pragma once

#include <string>
#include <vector>

namespace berth {

class SharedLibrary {
  public:
    // How errors name it: "libcurl", "which speaks to registries"; `hint` says how to install it.
    struct Description {
        std::string title, purpose, hint;
    };

    // Loads the first of these names that the system finds, and never unloads it. Throws Error with
    // the reason that the system gives for the first name.
    SharedLibrary(Description description, const std::vector<const char *> &names);

    // Sets `function` to the one of this name, of the library or of those that it depends on.
    // Throws Error if they lack it.
    template<typename Function>
    void find(Function &function, const char *name) const {
        function = reinterpret_cast<Function>(symbol(name));
    }

  private:
    void *symbol(const char *name) const;

    Description description_;
    void *library_ = nullptr;
};

} // namespace berth
