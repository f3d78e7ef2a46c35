/** Refusals that pass by themselves, with status and text as they were seen; a blank text was blank. */
export const PASSING_CODES: Readonly<Record<string, { readonly status: number; readonly message: string }>> =
  {
    EGW00215: { status: 500, message: "원장에서 허용 가능한 초당 거래건수를 초과하였습니다." },
    OPSQ0003: { status: 200, message: "" },
    OPSQ0008: { status: 200, message: "" },
    OPSQ0009: { status: 200, message: "" },
    OPSQ0010: { status: 200, message: "" },
    OPSQ0011: { status: 200, message: "" },
    EGW00001: { status: 500, message: "일시적 오류가 발생했습니다." },
    EGW00002: { status: 500, message: "서버 에러가 발생했습니다." },
    IGW00007: { status: 500, message: "일시적 오류가 발생했습니다." },
  };
