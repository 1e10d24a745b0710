// SPDX-License-Identifier: Apache-2.0
#include "berth/hclfunc/functions.hpp"

#include "make.hpp"

namespace berth::hclfunc {

hcl::Functions standard_functions() {
    hcl::Functions all;
    for (auto *theme : {collection_functions, crypto_functions, date_functions, encoding_functions,
                        format_functions, list_functions, logic_functions, map_functions,
                        network_functions, number_functions, path_functions, regex_functions,
                        set_functions, string_functions, version_functions})
        all.merge(theme());
    return all;
}

} // namespace berth::hclfunc
