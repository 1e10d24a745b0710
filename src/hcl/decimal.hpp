// SPDX-License-Identifier: Apache-2.0
// A number's decimal digits, exactly, and their rounding as Go's big.Float does it.
#pragma once

#include <gmp.h>
#include <string>

namespace berth::hcl {

// 0.digits × 10^exponent; no zeros at either end of the digits. Zero has none.
struct Decimal {
    std::string digits;
    long exponent = 0;

    // mantissa × 2^shift.
    static Decimal from(mpz_srcptr mantissa, long shift);

    void round(long length); // to nearest even
    void round_up(long length);
    void round_down(long length);

    std::string fixed(long places) const;      // "12.50"
    std::string scientific(long places) const; // "1.25e+01"

  private:
    char at(long index) const;
    void trim();
};

// The fewest digits that still give the number mantissa × 2^shift in `precision` bits.
Decimal shortest_decimal(mpz_srcptr mantissa, long shift, long precision);

} // namespace berth::hcl
