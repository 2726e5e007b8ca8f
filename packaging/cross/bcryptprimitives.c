// Random numbers for Rust programs under wine before 9, which has no bcryptprimitives.dll. For tests only, never shipped: put into the
// wine folder of a test by wine.sh.
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length) { return RtlGenRandom(data, (ULONG)length); }
