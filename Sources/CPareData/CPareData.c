#include "CPareData.h"
