// SPDX-License-Identifier: Apache-2.0
// Number's representation.
#pragma once

#include "berth/hcl/number.hpp"

#include <gmp.h>
#include <mpfr.h>

namespace berth::hcl {

constexpr mpfr_rnd_t nearest = MPFR_RNDN; // ties to even

struct Number::Digits {
    mpfr_t value;

    explicit Digits(mpfr_prec_t precision) { mpfr_init2(value, precision); }
    ~Digits() { mpfr_clear(value); }
    Digits(const Digits &) = delete;
    Digits &operator=(const Digits &) = delete;

    static mpfr_srcptr of(const Number &number) { return number.digits_->value; }

    // A number of that precision, set by `fill(mpfr_ptr)`.
    template<class Fill>
    static Number make(mpfr_prec_t precision, Fill &&fill) {
        auto digits = std::make_shared<Digits>(precision);
        fill(digits->value);
        return Number(std::move(digits));
    }
};

} // namespace berth::hcl
